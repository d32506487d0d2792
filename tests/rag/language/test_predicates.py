import pytest

from dateline.rag.language.analyser import Analyser
from dateline.rag.language.predicates import Participant, Predicate


def predicate(sentence: str, lemma: str, analyser: Analyser) -> Predicate:
    (found,) = [one for one in analyser.analyse(sentence).predicates if one.lemma == lemma]
    return found


def words(sentence: str, one: Participant | None) -> str | None:
    return one.span.of(sentence) if one is not None else None


@pytest.mark.parametrize(
    ("sentence", "lemma", "subject", "patient"),
    [
        ("Divers found the bow door.", "find", "Divers", "the bow door"),
        ("The bow door was found by divers.", "find", "divers", "The bow door"),
        ("The bow door was found.", "find", None, "The bow door"),
        ("Thorne resigned.", "resign", "Thorne", None),
        ("The divers came and left.", "leave", "The divers", None),
        ("Thorne promised to leave.", "leave", "Thorne", None),
        ("They asked Thorne to leave.", "leave", "Thorne", None),
        ("Surveyors who inspected the ferry were wrong.", "inspect", "Surveyors", "the ferry"),
        ("The fighters carried off the ammunition.", "carry off", "The fighters", "the ammunition"),
    ],
)
def test_subject_and_object_are_the_logical_ones(
    sentence: str, lemma: str, subject: str | None, patient: str | None, analyser: Analyser
) -> None:
    found = predicate(sentence, lemma, analyser)
    assert (words(sentence, found.subject), words(sentence, found.object)) == (subject, patient)


def test_the_complement_of_be_is_the_predicate(analyser: Analyser) -> None:
    sentence = "Lucille Abernathy is the mayor."
    found = predicate(sentence, "mayor", analyser)
    assert (found.copular, found.verb, words(sentence, found.subject)) == (True, "be", "Lucille Abernathy")


def test_the_passive_of_telling_has_a_recipient(analyser: Analyser) -> None:
    sentence = "The men were given two days."
    found = predicate(sentence, "give", analyser)
    assert (words(sentence, found.recipient), words(sentence, found.object)) == ("The men", "two days")


def test_the_passive_of_giving_without_an_object_has_none(analyser: Analyser) -> None:
    sentence = "The letter was sent on Friday."
    found = predicate(sentence, "send", analyser)
    assert (words(sentence, found.recipient), words(sentence, found.object)) == (None, "The letter")


def test_prepositions_join_further_arguments(analyser: Analyser) -> None:
    sentence = "The fighters withdrew from Kunduz on Tuesday."
    found = predicate(sentence, "withdraw", analyser)
    assert [(one.preposition, one.span.of(sentence)) for one in found.arguments] == [
        ("from", "Kunduz"),
        ("on", "Tuesday"),
    ]


@pytest.mark.parametrize(
    ("sentence", "lemma", "negated"),
    [
        ("The door was not shut.", "shut", True),
        ("Nobody died on the ferry.", "die", True),
        ("No surveyor inspected the ferry.", "inspect", True),
        ("The ferry was never inspected.", "inspect", True),
        ("They failed to stop the flood.", "stop", True),
        ("She no longer runs the clinic.", "run", True),
        ("He left without paying the fine.", "pay", True),
        ("They did not manage to stop the flood.", "stop", True),
        ("The ferry was inspected.", "inspect", False),
        ("They did not fail to stop the flood.", "stop", False),
    ],
)
def test_negation_is_the_predicates_own(sentence: str, lemma: str, negated: bool, analyser: Analyser) -> None:
    assert predicate(sentence, lemma, analyser).negated is negated


@pytest.mark.parametrize(
    ("sentence", "lemma", "modality", "hedges"),
    [
        ("The bridge opened.", "open", "asserted", []),
        ("The bridge will open.", "open", "future", []),
        ("The bridge may open.", "open", "possible", ["may"]),
        ("The council plans to open the bridge.", "open", "planned", ["plans"]),
        ("The bridge must open.", "open", "required", ["must"]),
        ("The bridge is believed to open.", "open", "reported", ["believed"]),
        ("The bridge reportedly opened.", "open", "reported", ["reportedly"]),
        ("The city would be difficult to take.", "difficult", "hypothetical", ["would"]),
        ("If the river rises, the bridge closes.", "close", "hypothetical", ["If"]),
        ("They fear that the bridge opened.", "open", "possible", ["fear"]),
        ("The council is likely to open the bridge.", "open", "possible", ["likely"]),
    ],
)
def test_modality_and_hedges(sentence: str, lemma: str, modality: str, hedges: list[str], analyser: Analyser) -> None:
    found = predicate(sentence, lemma, analyser)
    assert (found.modality, [span.of(sentence) for span in found.hedges]) == (modality, hedges)


@pytest.mark.parametrize(
    ("sentence", "lemma", "tense", "aspect"),
    [
        ("The ferry sank.", "sink", "past", "simple"),
        ("The water rises in spring.", "rise", "present", "simple"),
        ("The ferry is sinking.", "sink", "present", "progressive"),
        ("The ferry has sunk.", "sink", "present", "perfect"),
        ("The ferry had been sinking.", "sink", "past", "perfect progressive"),
        ("The ferry will sink.", "sink", "future", "simple"),
        ("The ferry is going to sink.", "sink", "future", "simple"),
    ],
)
def test_tense_and_aspect(sentence: str, lemma: str, tense: str, aspect: str, analyser: Analyser) -> None:
    found = predicate(sentence, lemma, analyser)
    assert (found.tense, found.aspect) == (tense, aspect)


def test_content_depends_on_its_reporting_verb(analyser: Analyser) -> None:
    sentence = "Officials said that the ferry sank."
    said, sank = analyser.analyse(sentence).predicates
    assert (said.relation, said.governor) == ("main", None)
    assert (sank.relation, sank.governor) == ("complement", 0)


def test_the_subject_of_an_existential_clause(analyser: Analyser) -> None:
    sentence = "There were 71 people on board."
    found = predicate(sentence, "be", analyser)
    assert found.copular is False
    assert words(sentence, found.subject) == "71 people on board"
