"""What a claim leaves out of its sentence: who says it, a "may", that it is an opinion."""

import pytest

from dateline.rag.verification.comparison import compare
from dateline.rag.verification.left_out import LeftOut, hedge_left_out, left_out
from tests.rag.verification.conftest import Read

SAID = "Abdul Aziz Beg said that Taliban bribes had persuaded some officials to leave their outposts."
MAY = "Monday's edition of the Gazette may be late, its editor wrote."
VIEW = "I believe that the raid was the last move of a long game."
PLAIN = "The Taliban captured Kunduz on Sunday."


def found(read: Read, claim: str, *evidence: str) -> LeftOut | None:
    own, *told = read(claim, *evidence)
    return left_out(own, told)


def test_speakers_of_sentences(read: Read) -> None:
    left = found(read, "Taliban bribes persuaded some officials to leave their outposts.", PLAIN, SAID)
    assert left == LeftOut("attribution", 1, "Abdul Aziz Beg said", "Abdul Aziz Beg said")
    assert left.reason == "leaves out who says so: Abdul Aziz Beg said"


@pytest.mark.parametrize(
    ("sentence", "completed"),
    [
        ("The officials said that the town had fallen.", "The town has fallen, the officials said."),
        ("The town had fallen, said Vera Quist, the mayor.", "The town has fallen, said Vera Quist, the mayor."),
        ("The police chief replied that the town had fallen.", "The town has fallen, the police chief replied."),
        ("According to the police, the town had fallen.", "The town has fallen, according to the police."),
        ("He said that the town had fallen.", None),
    ],
)
def test_who_says_it_can_be_appended(read: Read, sentence: str, completed: str | None) -> None:
    left = found(read, "The town has fallen.", sentence)
    assert left is not None
    assert left.completed("The town has fallen.") == completed


@pytest.mark.parametrize(
    "claim",
    [
        "Beg said Taliban bribes had persuaded officials to leave their outposts.",
        "According to Abdul Aziz Beg, Taliban bribes had persuaded some officials to leave their outposts.",
        "Some officials left their outposts because of Taliban bribes, Beg said.",
    ],
)
def test_nothing_is_left_out_where_the_speaker_is_named(read: Read, claim: str) -> None:
    assert found(read, claim, SAID) is None


def test_another_sentence_may_say_it_outright(read: Read) -> None:
    outright = "Taliban bribes persuaded some officials to leave their outposts."
    assert found(read, "Taliban bribes persuaded officials to leave outposts.", SAID, outright) is None


def test_an_opinion_told_as_fact(read: Read) -> None:
    assert found(read, "The raid was the last move of a long game.", VIEW) == LeftOut("opinion", 0, "I")


def test_a_hedge(read: Read) -> None:
    left = found(read, "The editor wrote that Monday's edition of the Gazette is late.", MAY)
    assert left == LeftOut("hedge", 0, "may")
    assert found(read, "The town fell on Sunday.", "The town reportedly fell on Sunday.") == LeftOut(
        "hedge", 0, "reportedly"
    )


def test_what_will_be_is_more_than_what_should(read: Read) -> None:
    left = found(read, "The river will begin to fall by noon.", "The river should begin to fall by noon.")
    assert left == LeftOut("hedge", 0, "should")
    assert found(read, "He said the river will fall.", "He said the river would fall.") is None


def test_a_hedge_of_a_sentence_that_is_not_the_nearest(read: Read) -> None:
    claim, *told = read("The attempt came after dark.", "The attempt could come after dark.")
    assert hedge_left_out(compare(claim, told, 0)[1]) == LeftOut("hedge", 0, "could come")
    assert hedge_left_out([]) is None


def test_what_is_told_outright_leaves_nothing_out(read: Read) -> None:
    assert found(read, "Kunduz was captured by the Taliban.", PLAIN) is None
    assert found(read, "Anything.") is None
