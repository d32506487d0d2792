import pytest

from dateline.index.archive import StoredPassage
from dateline.index.article import Article, Span
from dateline.index.sentences import split_sentences
from dateline.rag.disagreements.revisions import Revision, revisions_in


def revisions(text: str, title: str | None = None) -> list[Revision]:
    whole = Span(0, len(text))
    return revisions_in(
        StoredPassage(1, "a:1:0", Article("a", text, title=title), "a", whole, tuple(split_sentences(text)))
    )


@pytest.mark.parametrize(
    ("text", "earlier", "now"),
    [
        ("Nine people died in the fire, up from five reported earlier, the mayor said.", "five", "Nine"),
        ("The fire destroyed 40 stalls, not 60 as reported earlier.", "60", "40"),
        ("The inn first said five guests were hurt but on Friday that four guests were hurt.", "five", "four"),
        ("The first reports spoke of 22 dead. The number now given is 42.", "22", "42"),
        ("An earlier version of this article gave the number as 19. The correct figure is 29.", "19", "29"),
        ("We wrote that the river had risen by two metres. In fact it rose by one metre.", "two metres", "one metre"),
        # The current figure may come first.
        ("The number of dead in Larkfield rose to 12. This updates the toll of nine given earlier.", "nine", "12"),
    ],
)
def test_revisions_of_figures(text: str, earlier: str, now: str) -> None:
    (revision,) = revisions(text)
    assert revision.earlier.value.text == earlier
    assert revision.now is not None
    assert revision.now.value.text == now
    for told in (revision.earlier, revision.now):
        assert told.value.span.of(told.span.of(text)) == told.value.text


@pytest.mark.parametrize(
    "text",
    [
        "The fire killed nine people and hurt five.",
        "Some 300 people came, up from 200 last year.",
        "The mayor said earlier that the work would go on.",
    ],
)
def test_no_revision(text: str) -> None:
    assert revisions(text) == []


@pytest.mark.parametrize(
    "text",
    [
        # The other figure counts something else or additional people, or is not said to be current.
        "The first reports spoke of 22 dead. The town now has 900 inhabitants.",
        "The police had first spoken of eight victims, but four more victims came forward.",
        "The first reports spoke of 22 dead. A fire in Northgate killed 42 people in 1980.",
        "An earlier version of this article gave the number of dead as 19.",
    ],
)
def test_a_retracted_figure_without_a_replacement(text: str) -> None:
    (revision,) = revisions(text)
    assert revision.now is None


def test_a_correction_may_rename_what_is_counted() -> None:
    text = "We wrote that the thieves came from two sides. The mayor spoke of three directions."
    (corrected,) = revisions(text, "Correction: the Larkfield theft")
    assert corrected.now is not None
    assert corrected.now.value.text == "three"
    assert revisions(text)[0].now is None


def test_the_earlier_figure_shares_the_class_of_the_current_one() -> None:
    (revision,) = revisions("Nine people died in the fire, up from five reported earlier, the mayor said.")
    assert revision.earlier.value.of == "dead"
