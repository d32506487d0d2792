from pathlib import Path

import pytest

from dateline.rag.generation.completion_options import Timings
from dateline.rag.generation.speed import SHARE, Speed, SpeedLog, speed_file


def test_a_moving_average() -> None:
    nothing = SpeedLog()
    nothing.note(Timings(1, 9_999.0, 10, 20.0))  # nothing is known of reading yet
    assert nothing.speed is None
    log = SpeedLog()
    log.note(Timings(500, 100.0, 50, 30.0))
    assert log.speed == Speed(100.0, 30.0)
    log.note(Timings(500, 200.0, 2, 9_999.0))  # too few tokens were written to tell
    assert log.speed == Speed((1 - SHARE) * 100.0 + SHARE * 200.0, 30.0)
    log.note(Timings(3, 9_999.0, 2, 9_999.0))
    assert log.speed.completion == 30.0
    assert log.speed.seconds(130, 60) == pytest.approx(130 / 130.0 + 60 / 30.0)


def test_it_is_kept_for_a_model_on_a_machine(tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"GGUF")
    file = speed_file(tmp_path / "llm", model, {"threads": 2})
    assert speed_file(tmp_path / "llm", model, {"threads": 4}) != file
    SpeedLog(file).note(Timings(500, 100.0, 50, 30.0))
    assert SpeedLog(file).speed == Speed(100.0, 30.0)
    for damaged in ("{", '{"prompt": 0, "completion": 1}', '{"other": 1}'):
        file.write_text(damaged)
        assert SpeedLog(file).speed is None
