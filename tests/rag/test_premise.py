import pytest

from dateline.index.archive import Archive, StoredPassage
from dateline.index.article import Article
from dateline.index.search import RankedPassage, Searcher
from dateline.index.sentences import split_sentences
from dateline.rag.answerer import Answerer
from dateline.rag.event_lexicon import EVENT_CLASSES
from dateline.rag.premise import asserts_premise, premise_failure, premise_of
from dateline.rag.question import Question
from tests.articles import FAKE, NOW, READER, record, take_in


def ranked(text: str, title: str | None = None) -> RankedPassage:
    article = Article("a", text, title=title)
    sentences = tuple(split_sentences(text))
    return RankedPassage(StoredPassage(1, "a:1:0", article, "a", sentences[0], sentences), 1.0, 0.9, None)


@pytest.mark.parametrize(
    ("question", "happenings", "about"),
    [
        ("When did Governor Shams resign?", {"leave"}, {"sham"}),
        ("Why was Ada Lorne arrested in Larkfield?", {"arrest"}, {"ada", "lor"}),
        ("How did the harbour close?", {"close"}, set()),
        ("Who won the Larkfield Cup?", {"win"}, {"larkfie", "cup"}),
        ("Why did Zaranj fall?", {"capture", "drop"}, {"zara"}),
        ("Where did the soldiers flee?", {"withdraw"}, set()),
        # The event need not have happened.
        ("When can the market open?", None, None),
        ("Will Ada Lorne resign?", None, None),
        ("Did Ada Lorne resign?", None, None),
        # Not listed, or not the predicate.
        ("Who is Ada Lorne?", None, None),
        ("Which party did the arrested Lorne support?", None, None),
    ],
)
def test_premises_of_questions(question: str, happenings: set[str] | None, about: set[str] | None) -> None:
    premise = premise_of(question)
    if happenings is None:
        assert premise is None
        return
    assert premise is not None
    assert {one.name for one in premise.events} == happenings
    assert {name[:3] for name in premise.about} == {name[:3] for name in about or ()}


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("When did Mayor Lorne resign?", "Mayor Lorne stepped down on Friday, she said.", "borne out"),
        ("When did Mayor Lorne resign?", "Mayor Lorne spoke. Her resignation was not a surprise.", "borne out"),
        ("When did Mayor Lorne resign?", "Mayor Lorne opened the bridge on Friday, she said.", "never said"),
        ("When did Mayor Lorne resign?", "Mayor Lorne has not resigned, she said.", "contradicted"),
        ("When did Mayor Lorne resign?", "Mayor Lorne remains at her desk, her office said.", "contradicted"),
        # Someone else did.
        (
            "When did Mayor Lorne resign?",
            "Mayor Lorne spoke. Then they ate. The clerk, Ned Ash, resigned.",
            "never said",
        ),
        ("Why did the River Teal drop?", "The River Teal rose by a metre.", "contradicted"),
        ("Why did the River Teal rise?", "The River Teal rose by a metre.", "borne out"),
        # The better of two sentences decides.
        ("Why did Ash lose the Larkfield Cup?", "Ash won the Larkfield Cup. Bo lost to Ash.", "contradicted"),
        ("Why did Ash win the Larkfield Cup?", "Ash won the Larkfield Cup. Bo lost to Ash.", "borne out"),
        # The question asks who took part; the opposite may be said of someone else.
        ("Who closed the old bridge?", "Workers closed a bridge. The old bridge opened in May.", "borne out"),
    ],
)
def test_support_of_a_premise(question: str, text: str, verdict: str) -> None:
    premise = premise_of(question)
    assert premise is not None
    fault = premise_failure(premise, [ranked(text)])
    assert verdict == ("borne out" if fault is None else "contradicted" if fault.against else "never said")


def test_a_title_says_whom_a_sentence_is_about() -> None:
    premise = premise_of("When did Mayor Lorne resign?")
    assert premise is not None
    text = "The mayor resigned on Friday."
    assert premise_failure(premise, [ranked(text)]) is not None
    assert premise_failure(premise, [ranked(text, title="Mayor Lorne goes")]) is None


def test_every_opposite_is_an_event_class() -> None:
    for one in EVENT_CLASSES.values():
        assert set(one.opposites) <= set(EVENT_CLASSES)
        assert one.name not in one.opposites


def test_a_contradicted_premise_is_refused_with_the_passage(archive: Archive) -> None:
    take_in(
        archive,
        record("quay", "Mayor Lorne opened the new quay. Mayor Lorne praised the workers of the quay."),
        record("stays", "Mayor Lorne remains in office, the council said."),
    )
    answerer = Answerer(Searcher(archive, FAKE), READER)
    answer = answerer.answer(Question("When did Mayor Lorne resign?", NOW))
    assert answer.refusal is not None
    assert answer.refusal.reason == "false_premise"
    assert answer.refusal.nearest[0].article_id == "stays"
    answer = answerer.answer(Question("When did Mayor Lorne surrender?", NOW))
    assert answer.refusal is not None
    assert answer.refusal.reason == "not_in_coverage"
    assert {near.article_id for near in answer.refusal.nearest} == {"quay", "stays"}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The rebels captured Larkfield on Sunday.", True),
        ("The rebels also took Larkfield.", True),
        ("The rebels were focused on capturing Larkfield.", False),
        ("The rebels want to take Larkfield.", False),
        ("Fighting took place in Larkfield.", False),
        ("The rebels left government-held Larkfield.", False),
    ],
)
def test_plans_and_mentions_are_not_asserted(sentence: str, *, told: bool) -> None:
    premise = premise_of("Which towns have the rebels captured?")
    assert premise is not None
    assert asserts_premise(premise, sentence) is told
