from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.index.search import RankedPassage
from dateline.rag.answer import QuestionKind
from dateline.rag.disagreements.disagreement import (
    MOST_POSITIONS,
    ValueDisagreement,
    find_disagreements,
    question_subject,
)
from dateline.rag.disagreements.positions import FURTHER, unread_rivals
from dateline.rag.reading.passages import Candidate, Reading

DAY = date(2021, 8, 5)


def says(
    name: str,
    sentence: str,
    answer: str = "",
    *,
    score: float = 2.0,
    day: date | datetime | None = DAY,
    story: str = "",
) -> Candidate:
    """A sentence in a separate article, with its answer span."""
    article = Article(name, sentence, published=day)
    whole = Span(0, len(sentence))
    at = sentence.find(answer)
    span = Span(at, at + len(answer)) if answer else None
    passage = StoredPassage(1, f"{name}:1:0", article, story or name, whole, (whole,))
    return Candidate(passage, whole, span, score, score, score)


def disagreements(question: str, *candidates: Candidate, kind: QuestionKind = "fact") -> tuple[ValueDisagreement, ...]:
    return find_disagreements(question, kind, Reading(candidates, 0.9))


def values(found: tuple[ValueDisagreement, ...]) -> list[tuple[str, bool]]:
    (disagreement,) = found
    return [(position.value, position.superseded) for position in disagreement.positions]


DEAD = "How many people died in the Larkfield flood?"
A22 = says("a", "The Larkfield flood killed 22 people, the mayor said.", "22")


def test_two_figures_of_one_day_are_a_conflict() -> None:
    found = disagreements(DEAD, A22, says("b", "The flood in Larkfield killed 42 people, a doctor said.", "42"))
    assert found[0].kind == "conflict"
    assert {value.split()[0] for value, _ in values(found)} == {"22", "42"}
    assert found[0].subject == "how many people died in the Larkfield flood"


def test_a_higher_toll_later_is_an_update_latest_first() -> None:
    later = says("b", "The flood in Larkfield killed 42 people.", "42", day=DAY + timedelta(2))
    found = disagreements(DEAD, A22, later)
    assert found[0].kind == "update"
    assert [(value.split()[0], superseded) for value, superseded in values(found)] == [("42", False), ("22", True)]


def test_a_lower_toll_later_is_a_conflict_unless_it_corrects() -> None:
    later = says("b", "The flood in Larkfield killed 12 people.", "12", day=DAY + timedelta(2))
    assert disagreements(DEAD, A22, later)[0].kind == "conflict"
    corrected = says(
        "b", "The mayor corrected the toll: the flood in Larkfield killed 12 people.", "12", day=DAY + timedelta(2)
    )
    assert disagreements(DEAD, A22, corrected)[0].kind == "update"


def test_times_order_articles_of_one_day() -> None:
    morning, noon = (datetime(2021, 8, 5, hour, tzinfo=UTC) for hour in (8, 12))
    one = says("a", "The Larkfield flood killed 22 people, the mayor said.", "22", day=morning)
    later = says("b", "The flood in Larkfield killed 42 people.", "42", day=noon)
    assert disagreements(DEAD, one, later)[0].kind == "update"
    someday = says("b", "The flood in Larkfield killed 42 people.", "42", day=DAY)
    assert disagreements(DEAD, one, someday)[0].kind == "conflict"


def test_the_latest_of_several_tolls_replaces_them_all() -> None:
    tolls = [
        says(f"b{n}", f"The flood in Larkfield killed {n} people.", str(n), day=DAY + timedelta(day))
        for n, day in ((42, 3), (8, 2), (14, 1))
    ]
    found = disagreements(DEAD, A22, *tolls)
    assert found[0].kind == "update"
    assert [value.split()[0] for value, _ in values(found)] == ["42", "8", "14", "22"]


def test_an_article_that_corrects_another_replaces_its_figure() -> None:
    passage = says("b", "The flood in Larkfield killed 12 people.", "12", day=DAY + timedelta(2))
    article = replace(passage.passage.article, corrects="a")
    corrected = replace(passage, passage=replace(passage.passage, article=article))
    found = disagreements(DEAD, A22, corrected)
    assert found[0].kind == "update"
    assert [value.split()[0] for value, _ in values(found)] == ["12", "22"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The flood in Larkfield killed twenty-two people.",
        "The flood in Larkfield killed at least 22 people.",
        "The flood in Larkfield left 22 dead.",
        "The flood in Larkfield left 37 people injured.",
        "The flood in Larkfield cost the town 3 million dollars.",
        "The flood in Larkfield came on 6 August.",
    ],
)
def test_paraphrases_and_other_counts_are_no_disagreement(sentence: str) -> None:
    assert disagreements(DEAD, A22, says("b", sentence)) == ()


def test_another_event_is_no_disagreement() -> None:
    assert disagreements(DEAD, A22, says("b", "A fire at a Northgate bakery killed 4 people.", "4", score=-3.0)) == ()


def test_agreeing_sources_share_a_position() -> None:
    found = disagreements(
        DEAD,
        A22,
        says("b", "The flood in Larkfield killed 42 people.", "42"),
        says("c", "Some 42 people were killed in the Larkfield flood.", "42"),
        says("copy", "Some 42 people were killed in the Larkfield flood.", "42", story="c"),
    )
    by_value = {
        position.value.split()[-1 if position.value.startswith("Some") else 0]: position
        for position in found[0].positions
    }
    assert sorted(len(position.sentences) for position in by_value.values()) == [1, 2]


def test_no_article_contradicts_itself() -> None:
    one = says("a", "The flood in Larkfield killed 42 people.", "42")
    assert disagreements(DEAD, A22, one) == ()


MAYOR = "Who was elected mayor of Larkfield?"


def test_two_names() -> None:
    found = disagreements(
        MAYOR,
        says("a", "Ada Lorne was elected mayor of Larkfield.", "Ada Lorne", day=None),
        says("b", "Voters elected Bo Quill as mayor of Larkfield.", "Bo Quill", day=None),
    )
    assert found[0].kind == "conflict"
    assert {value for value, _ in values(found)} == {"Ada Lorne", "Bo Quill"}


def test_names_of_dated_articles_are_not_compared() -> None:
    """In news they differ in their roles more often than they contradict each other."""
    one = says("a", "Ada Lorne was elected mayor of Larkfield.", "Ada Lorne")
    assert disagreements(MAYOR, one, says("b", "Voters elected Bo Quill as mayor of Larkfield.", "Bo Quill")) == ()


@pytest.mark.parametrize(("day", "contested"), [(DAY, False), (None, True)])
def test_figures_of_other_things_than_people_in_news_are_not_contested(day: date | None, *, contested: bool) -> None:
    best = says("a", "The Larkfield earthquake had a magnitude of 5.9.", "5.9", day=day)
    other = says("b", "The Larkfield earthquake had a magnitude of 6.3.", "6.3", day=day)
    assert bool(disagreements("What was the magnitude of the Larkfield earthquake?", best, other)) == contested


def test_two_forms_of_a_name_are_no_disagreement() -> None:
    assert not disagreements(
        MAYOR,
        says("a", "Ada Lorne was elected mayor of Larkfield.", "Ada Lorne"),
        says("b", "Voters elected Lorne as mayor of Larkfield.", "Lorne"),
    )


def test_a_population_does_not_change_within_days() -> None:
    asked = "How many inhabitants does Larkfield have?"
    one = says("a", "Larkfield has 8,100 inhabitants.", "8,100")
    other = "Larkfield is a town of 9,000 inhabitants."
    assert disagreements(asked, one, says("b", other, "9,000", day=DAY + timedelta(2)))[0].kind == "conflict"
    assert disagreements(asked, one, says("b", other, "9,000", day=DAY + timedelta(900)))[0].kind == "update"


def test_a_denial_of_something_else_is_no_disagreement() -> None:
    fell = says("a", "The Alm bridge collapsed in the night, bakers said.")
    other = says("b", "The council denied that a mill had burnt down.")
    assert disagreements("Did the Alm bridge collapse?", fell, other, kind="yes_no") == ()


def test_a_denial_against_an_assertion() -> None:
    found = disagreements(
        "Did the Alm bridge collapse?",
        says("a", "The Alm bridge collapsed in the night, bakers said."),
        says("b", "The council denied that the Alm bridge had collapsed."),
        kind="yes_no",
    )
    assert found[0].kind == "conflict"
    assert len(found[0].positions) == 2


def test_positions_are_limited() -> None:
    many = [says(f"b{n}", f"The flood in Larkfield killed {n} people.", str(n)) for n in range(30, 40)]
    assert len(disagreements(DEAD, A22, *many)[0].positions) == MOST_POSITIONS


def test_only_questions_with_one_answer_have_disagreements() -> None:
    other = says("b", "The flood in Larkfield killed 42 people.", "42")
    for kind in ("why", "how", "list", "what_happened"):
        assert disagreements(DEAD, A22, other, kind=kind) == ()
    assert disagreements(DEAD) == ()
    assert disagreements(DEAD, says("a", "Nobody knew."), other) == ()


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What is the population of Kunduz?", "population of Kunduz"),
        ("How many people live in Kunduz?", "how many people live in Kunduz"),
        ("Who is the mayor of Larkfield?", "mayor of Larkfield"),
        ("Did the bridge collapse?", "Did the bridge collapse"),
        ("population of Kunduz", "population of Kunduz"),
    ],
)
def test_subjects(question: str, subject: str) -> None:
    assert question_subject(question) == subject


def test_unread_passages_with_a_rival_figure() -> None:
    def found(*candidates: Candidate) -> list[RankedPassage]:
        return [RankedPassage(each.passage, 1.0, None, None) for each in candidates]

    read = says("a", "The Larkfield flood killed 22 people, the mayor said.", "22")
    other = says("b", "In Larkfield the flood killed 42 people.")
    same, hurt, none = (
        says("c", "The flood killed twenty-two people."),
        says("d", "The flood injured 60 people."),
        says("e", "The flood killed people."),
    )
    further = unread_rivals(Reading((read,), 0.9), found(read, same, hurt, other, none))
    assert [ranked.passage.article.id for ranked in further] == ["b"]
    named = says("a", "Mayor Bo Quill spoke.", "Bo Quill")
    assert unread_rivals(Reading((named,), 0.9), found(other)) == []
    assert unread_rivals(Reading((), 0.0), found(other)) == []
    assert (
        len(unread_rivals(Reading((read,), 0.9), found(*[replace_name(other, n) for n in range(FURTHER + 2)])))
        == FURTHER
    )


def replace_name(candidate: Candidate, number: int) -> Candidate:
    """The same sentence of another article."""
    return says(f"{candidate.passage.article.id}{number}", candidate.text)


def test_the_loser_is_no_rival_of_the_winner() -> None:
    question = "Who won the Larkfield race?"
    won = says("a", "Bo Quill won the Larkfield race.", "Bo Quill", day=None)
    other = says("b", "Ada Lorne won the Larkfield race.", "Ada Lorne", day=None)
    assert len(values(disagreements(question, won, other))) == 2
    # The same article says that Bo Quill won, so what it says of Ada Lorne is something else.
    text = "The Larkfield race was won by Bo Quill. In the Larkfield race Ada Lorne came second."
    whole = Span(0, len(text))
    first, second = Span(0, 39), Span(40, len(text))
    passage = StoredPassage(2, "c:1:0", Article("c", text), "c", whole, (first, second))
    at = text.index("Bo Quill"), text.index("Ada Lorne")
    says_won = Candidate(passage, first, Span(at[0], at[0] + 8), 1.0, 1.0, 1.0)
    says_lost = Candidate(passage, second, Span(at[1], at[1] + 9), 1.0, 1.0, 1.0)
    assert disagreements(question, won, says_lost, says_won) == ()


def test_figures_of_other_things_are_no_rivals() -> None:
    question = "What was the magnitude of the Larkfield earthquake?"
    best = says("a", "The Larkfield earthquake had a magnitude of 5.9.", "5.9", day=None)
    dead = says("b", "The Larkfield earthquake, of that magnitude, killed 1,000 people.", "1,000", day=None)
    assert disagreements(question, best, dead) == ()
    assert (
        disagreements(question, best, says("c", "The Larkfield earthquake had a magnitude of 6.3.", "6.3", day=None))
        != ()
    )


def test_a_figure_of_another_year_is_no_rival_and_a_state_may_fall() -> None:
    old = says("a", "The price of a Larkfield pie was $25.", "$25", day=DAY - timedelta(365), score=3.0)
    new = says("b", "The price of a Larkfield pie was $21.", "$21")
    assert disagreements("What was the price of a pie in Larkfield?", old, new) == ()
    (disagreement,) = disagreements("What is the price of a pie in Larkfield?", old, new)
    assert disagreement.kind == "update"
    assert [(position.value, position.superseded) for position in disagreement.positions] == [
        ("$21", False),
        ("$25", True),
    ]


def test_a_sentence_that_names_both_contradicts_neither() -> None:
    both = says("a", "Among those whom Larkfield honoured are Bo Quill and Ada Lorne.", "Bo Quill", score=3.0, day=None)
    other = says("b", "Among those whom Larkfield honoured is Ada Lorne.", "Ada Lorne", day=None)
    assert disagreements("Who was honoured by Larkfield?", both, other) == ()
    alone = says("a", "Among those whom Larkfield honoured is Bo Quill.", "Bo Quill", score=3.0, day=None)
    assert disagreements("Who was honoured by Larkfield?", alone, other) != ()


def test_a_denial_need_not_name_the_time_and_must_name_the_place() -> None:
    denied = says("a", "A spokesman said that Larkfield had not been captured.", score=3.0)
    elsewhere = says("b", "Port Ellery was captured by the rebels.", score=4.0)
    fell = says("c", "Larkfield had fallen, a councillor said.")
    question = "Had Larkfield been captured by 8 August 2021?"
    (disagreement,) = disagreements(question, elsewhere, denied, fell, kind="yes_no")
    assert {position.value for position in disagreement.positions} == {denied.text, fell.text}
    assert disagreements(question, elsewhere, denied, kind="yes_no") == ()


@pytest.mark.parametrize("how", ["How", "Roughly how", "In all, how"])
def test_only_figures_of_what_is_asked_for_are_compared(how: str) -> None:
    hurt = f"{how} many injured people were there in the Larkfield flood?"
    assert disagreements(hurt, A22, says("b", "The flood in Larkfield killed 42 people, a doctor said.", "42")) == ()


def test_dated_values_are_updates() -> None:
    asked = "How many homes in Larkfield were without power?"
    one = says("a", "Some 900 homes in Larkfield were without power.", "900")
    later = says("b", "As of Friday 400 homes in Larkfield were without power.", "400", day=DAY + timedelta(1))
    assert disagreements(asked, one, later)[0].kind == "update"


def test_initials_of_a_name_asked_for_are_no_other_name() -> None:
    asked = "Where was Nora Vance-Lorne arrested?"
    one = says("a", "Nora Vance-Lorne was arrested in Larkfield on Monday.", "Larkfield", day=None)
    assert (
        disagreements(asked, one, says("b", "Nora Vance-Lorne was arrested in Port Ellery.", "Port Ellery", day=None))
        != ()
    )
    assert (
        disagreements(asked, one, says("b", "Nora Vance-Lorne, as NVL, was arrested on Monday.", "NVL", day=None)) == ()
    )


@pytest.mark.parametrize(
    ("sentence", "contested"),
    [
        ("The Larkfield flood killed 42 people.", True),
        ("The Larkfield flood killed 42 people, of whom a dozen built a bridge, a council project.", True),
        ("The Larkfield flood killed another 42 people.", False),
        ("In the Larkfield flood rescuers saved 42 lives.", False),
    ],
)
def test_forecasts_and_additional_counts_are_no_rivals(sentence: str, *, contested: bool) -> None:
    assert bool(disagreements(DEAD, A22, says("b", sentence, "42"))) == contested
