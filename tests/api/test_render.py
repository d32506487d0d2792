"""Answers on a terminal and in a pipe."""

from dataclasses import replace

import pytest

from dateline.api.render import GLIMPSE, day, on_pages, render_answer
from dateline.api.terminal import Page, clean, say_json
from tests.api.answers import ANSWER, FIRST, REFUSED

EXPECTED = """\
How far did the Alm rise?

three metres

August 2021
The river Alm rose by three metres on Monday. [1] (2 Aug 2021)
It rose by two metres. [2] (bakers, of Larkfield)

Sources disagree: rise of the Alm
  three metres [1]
  two metres [2] (superseded)

3 articles, 1 origin
[1] Larkfield Gazette — Alm rises — 5 Aug 2021 — https://gazette.example/alm
[2] unknown outlet — without a title — date unknown, p. 3
    the same story: wire-2
    corrected by mended
    “It rose by two metres, bakers said.”

Not answered: when it will fall
Note: The question's language was guessed.

answered by reader · ans_1
"""

EXPECTED_REFUSAL = """\
How far did the Alm rise?

No answer: No article is about this.

The archive's nearest passages
river — 5 Aug 2021
    “The river Alm rose by three metres on Monday.”

Not answered: when it will fall
Note: The question's language was guessed.

answered by reader · ans_1
"""


def test_answer_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    render_answer(ANSWER, Page())
    assert capsys.readouterr().out == EXPECTED


def test_refusal_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    render_answer(REFUSED, Page())
    assert capsys.readouterr().out == EXPECTED_REFUSAL


def test_long_nearest_passage_is_only_glimpsed(capsys: pytest.CaptureFixture[str]) -> None:
    from dataclasses import replace

    assert REFUSED.refusal is not None
    long = replace(REFUSED.refusal.nearest[0], quote="a" * (GLIMPSE + 1))
    render_answer(replace(REFUSED, refusal=replace(REFUSED.refusal, nearest=(long,))), Page())
    assert f"    “{'a' * GLIMPSE}” …\n" in capsys.readouterr().out


def test_colour_only_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes the output for a terminal then
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    render_answer(ANSWER, Page())
    out = capsys.readouterr().out
    assert "\x1b[1mHow far did the Alm rise?\x1b[0m" in out
    assert "\x1b[36m [1]\x1b[0m" in out


@pytest.mark.parametrize(
    ("published", "shown"),
    [(None, "date unknown"), ("2015-10-04", "4 Oct 2015"), ("2015-10-14T23:30:00-04:00", "14 Oct 2015")],
)
def test_day(published: str | None, shown: str) -> None:
    assert day(published) == shown


@pytest.mark.parametrize(("pages", "shown"), [((None,), ""), ((3, 3, None), ", p. 3"), ((12, 3, 12), ", pp. 3, 12")])
def test_pages(pages: tuple[int | None, ...], shown: str) -> None:
    assert on_pages(replace(FIRST, page=page) for page in pages) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a�[2Jb"),
        ("a\x9b2Jb\x07", "a�2Jb�"),
        ("pay \u202egnp.exe", "pay �gnp.exe"),
        ("\udcff.md", "�.md"),
        ("می\u200cخواهم\tok\n", "می\u200cخواهم\tok\n"),
    ],
)
def test_articles_cannot_steer_the_terminal(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_json_stays_the_same_value(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    value = {"title": "a\x9b2J\u202e “quoted” \udcff"}
    say_json(json.dumps(value, ensure_ascii=False))
    out = capsys.readouterr().out
    assert "\x9b" not in out
    assert "“quoted”" in out
    assert json.loads(out) == value


def test_how_a_follow_up_was_understood_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    understanding = replace(ANSWER.understanding, standalone_question="How far did the Alm rise in 2015?")
    render_answer(
        replace(ANSWER, question="and in 2015?", understanding=understanding, conversation_id="conv_1"), Page()
    )
    shown = capsys.readouterr().out
    assert shown.startswith("and in 2015?\nunderstood as: How far did the Alm rise in 2015?\n\n")
    assert shown.endswith("answered by reader · ans_1\ncontinue with: dateline ask --conversation conv_1 …\n")
