import pytest

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.index.sentences import split_sentences
from dateline.rag.disagreements.opposing_answers import two_sides
from dateline.rag.reading.passages import Candidate


def read(*articles: str, title: str | None = None) -> list[Candidate]:
    """The sentences of articles, the best first."""
    candidates = []
    for n, text in enumerate(articles):
        spans = tuple(split_sentences(text))
        passage = StoredPassage(n, f"{n}:1:0", Article(str(n), text, title=title), str(n), Span(0, len(text)), spans)
        candidates += [Candidate(passage, span, None, 1.0, 1.0, 1.0) for span in spans]
    return candidates


def sides(question: str, *articles: str, title: str | None = None) -> tuple[str, str] | None:
    found = two_sides(question, read(*articles, title=title))
    return (found[0].text, found[1].text) if found else None


FELL = "Larkfield fell to the rebels on Sunday, a councillor said."


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("Has Larkfield fallen?", FELL, "A spokesman denied that the rebels had captured Larkfield."),
        ("Did the rebels capture Larkfield?", FELL, "Soldiers repelled the rebels at Larkfield, a spokesman said."),
        (
            "Is the Alm bridge in Larkfield open?",
            "The Alm bridge in Larkfield has reopened, the council said.",
            "The Alm bridge in Larkfield is closed, the police said.",
        ),
        (
            "Was the Alm bridge inspected?",
            "The Alm bridge was inspected in May, the council said.",
            "The Alm bridge was never inspected, an engineer said.",
        ),
        (
            "Was the gate of the Larkfield dam shut?",
            "The gate of the Larkfield dam had been shut, the company said.",
            "The gate of the Larkfield dam had been open, a keeper said.",
        ),
    ],
)
def test_yes_and_no_from_two_articles(question: str, yes: str, no: str) -> None:
    assert sides(question, yes, no) == (yes, no)
    assert sides(question, no, yes) == (no, yes)
    assert sides(question, yes, yes) is None
    assert sides(question, no, no) is None


@pytest.mark.parametrize(
    "other",
    [
        "A spokesman denied that the rebels had captured Northgate.",
        "The council denied that a mill in Larkfield had burnt down.",
        "Larkfield has 8,000 inhabitants.",
    ],
)
def test_a_sentence_about_something_else_takes_no_side(other: str) -> None:
    assert sides("Did the rebels capture Larkfield?", FELL, other) is None


def test_one_article_has_two_sides_by_two_speakers() -> None:
    said = "Ada Lorne said the rebels had captured Larkfield."
    assert sides("Did the rebels capture Larkfield?", f"{said} Bo Quill denied that they had captured Larkfield.") == (
        said,
        "Bo Quill denied that they had captured Larkfield.",
    )
    assert sides("Did the rebels capture Larkfield?", f"{said} She denied that they had captured Larkfield.") is None


def test_a_reply_need_not_repeat_the_question() -> None:
    said = "The agency said its surveyors had inspected the Alm bridge."
    reply = "Bo Quill said no surveyor had come since May."
    assert sides("Was the Alm bridge inspected?", f"{said} {reply}") == (said, reply)
    assert sides("Was the Alm bridge inspected?", f"{said} Bo Quill said no ferry had come since May.") is None
    assert sides("Was the Alm bridge inspected?", f"{said} Bo Quill said a surveyor had come in May.") is None


def test_a_dispute_introduces_two_speakers() -> None:
    said = "Ada Lorne said the captain had deserted."
    reply = "Bo Quill said his departure had been planned."
    question = "Did the captain desert?"
    assert sides(question, f"How it began is disputed. {said} {reply}") == (said, reply)
    assert sides(question, f"How it began is known. {said} {reply}") is None


def test_a_title_may_have_the_names_within_one_article() -> None:
    yes, no = "Ada Lorne said the rebels had captured the town.", "Bo Quill denied that they had captured the town."
    question = "Did the rebels capture the town of Larkfield?"
    assert sides(question, f"{yes} {no}", title="Fighting in Larkfield") == (yes, no)
    assert sides(question, f"{yes} {no}") is None
    assert sides(question, yes, no, title="Fighting in Larkfield") is None


@pytest.mark.parametrize(
    "other",
    [
        "The rebels wanted to avoid Larkfield if it would not be captured.",
        "Rebels who had not captured a town before were seen at Larkfield.",
        "The council urged the rebels not to capture Larkfield.",
    ],
)
def test_an_unrealised_event_takes_no_side(other: str) -> None:
    assert sides("Did the rebels capture Larkfield?", FELL, other) is None


def test_an_outright_denial_needs_fewer_words_of_the_question() -> None:
    question = "Did government forces hold Larkfield?"
    taken = "The rebels have captured two towns: Northgate, and Larkfield on the coast."
    denied = "A spokesman for the security forces denied that the rebels had captured Larkfield."
    assert sides(question, taken, denied) == (taken, denied)
    assert sides(question, taken, "A baker denied that the rebels had captured Larkfield.") is None
    assert sides(question, taken, "The rebels had not captured Larkfield, the security forces said.") is None
