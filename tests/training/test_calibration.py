from training.calibration import short_answer_threshold


def test_short_answers_are_shown_from_where_most_are_right() -> None:
    shown = [(0.4, False), (0.9, True), (0.5, False), (0.8, True)]
    assert short_answer_threshold(shown) == 0.5  # two of three are right from there on, two of four from 0.4
    assert short_answer_threshold([(0.9, False)]) == 1.0
    assert short_answer_threshold([]) == 1.0
