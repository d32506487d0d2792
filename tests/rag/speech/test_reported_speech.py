import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dateline.index.article import Span
from dateline.index.sentences import split_sentences
from dateline.rag.speech.reported_speech import is_denial, speaker_of
from dateline.rag.speech.speaker import Speaker


def speakers(text: str) -> list[Speaker | None]:
    """The speaker of each sentence."""
    return [speaker_of(text, span) for span in split_sentences(text)]


def names(text: str) -> list[str | None]:
    return [speaker.name if speaker else None for speaker in speakers(text)]


KARIMI = Speaker("Hasan Karimi", "a lawmaker from Kunduz", False)


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Hasan Karimi said that the bridge was shut.", Speaker("Hasan Karimi", None, False)),
        ("Hasan Karimi, a lawmaker from Kunduz, said the bridge was shut.", KARIMI),
        ("“It is shut,” said Hasan Karimi, a lawmaker from Kunduz.", KARIMI),
        ("“It is shut,” said Hasan Karimi, a lawmaker from Kunduz who saw it.", KARIMI),
        ("“It is shut,” Hasan Karimi, a lawmaker from Kunduz, told the Courier.", KARIMI),
        ('"It is shut," said Hasan Karimi, a lawmaker from Kunduz, adding that nobody knew why.', KARIMI),
        ("‘It is shut,’ said Hasan Karimi, a lawmaker from Kunduz.", KARIMI),
        ("A lawmaker from Kunduz, Hasan Karimi, said the bridge was shut.", KARIMI),
        ("According to Hasan Karimi, a lawmaker from Kunduz, the bridge is shut.", KARIMI),
        ("The bridge is shut, according to Hasan Karimi, a lawmaker from Kunduz.", KARIMI),
        ("In Kunduz, Hasan Karimi, a lawmaker from Kunduz, also warned on Monday that it was shut.", KARIMI),
        ("KUNDUZ (Northgate Wire) - Hasan Karimi, a lawmaker from Kunduz, said it was shut.", KARIMI),
        ("Taliban spokesman Hasan Karimi denied it.", Speaker("Hasan Karimi", "Taliban spokesman", False)),
        (
            "Hasan Karimi, the group's spokesman, denied that it was shut.",
            Speaker("Hasan Karimi", "the group's spokesman", False),
        ),
        (
            "It is shut, said Hasan Karimi, deputy governor of Ghazni.",
            Speaker("Hasan Karimi", "deputy governor of Ghazni", False),
        ),
        ("The bridge, analysts say, is not safe.", Speaker("analysts", None, True)),
        ("Analysts believe the bridge is not safe.", Speaker("analysts", None, True)),
        ("Officials said it was shut.", Speaker("officials", None, True)),
        ("Two militant sources said it was shut.", Speaker("two militant sources", None, True)),
        (
            "A Taliban commander based in Kandahar said it was shut.",
            Speaker("a Taliban commander based in Kandahar", None, True),
        ),
        (
            "It is shut, according to officials and residents in the two towns.",
            Speaker("officials and residents in the two towns", None, True),
        ),
        ("Ada “The Hammer” Lorne said it was shut.", Speaker("Ada “The Hammer” Lorne", None, False)),
        ("The Defense Ministry said it was shut.", Speaker("the Defense Ministry", None, False)),
        ("Doctors Without Borders said it was shut.", Speaker("Doctors Without Borders", None, False)),
        ("The ministry’s statement said it was shut.", Speaker("the ministry", None, False)),
        ("The Taliban claimed responsibility for the attack.", Speaker("the Taliban", None, False)),
        ("A senior commander waved that off, saying it was shut.", Speaker("a senior commander", None, True)),
        ("Harbor’s founder and CEO Hasan Karimi said so.", Speaker("Hasan Karimi", "Harbor’s founder and CEO", False)),
        ("Road and rail experts said it was shut.", Speaker("Road and rail experts", None, True)),
        ("The mayors’ lawyers say it is shut.", Speaker("the mayors’ lawyers", None, True)),
        ("Hasan Karimi went on to say it was shut.", Speaker("Hasan Karimi", None, False)),
        ("Officials warned that it was shut, Hasan Karimi said.", Speaker("Hasan Karimi", None, False)),
        ("“It is shut,” 38-year-old Hasan Karimi told the Courier.", Speaker("Hasan Karimi", None, False)),
        ("Hasan Karimi was quoted as saying it was shut.", Speaker("Hasan Karimi", None, False)),
        ("An official said it was shut, according to the Courier.", Speaker("an official", None, True)),
    ],
)
def test_speakers_of_sentences(sentence: str, speaker: Speaker) -> None:
    assert speaker_of(sentence, Span(0, len(sentence))) == speaker


@pytest.mark.parametrize(
    "sentence",
    [
        "The bridge was shut on Monday.",
        "It is said that the bridge is shut.",
        "The bridge is reported to be shut.",
        "The bridge is said to have cracked.",
        "Hasan Karimi was told that the bridge was shut.",
        "Officials have been told to leave.",
        "Hasan Karimi told of a cracked bridge.",
        "Hasan Karimi added 20 points in the second half.",
        "Hasan Karimi did not say why the bridge was shut.",
        "Hasan Karimi declined to say why.",
        "A Taliban claim was never proven.",
        "Karimi reports to the mayor.",
        "The “surge” of troops had ended.",
        "The film “Nobody Crosses” opened in Kunduz.",
        "The man who said so has left.",
        "Everything went according to plan.",
        "Prices rose, according to Labor Department figures.",
        "“It is shut.”",
        "Typically, bridges are safe, said nobody.",
        "The scientists from Lorne, Harbor, and Vance University said something.",
        "They said it was shut.",
        "He said it was shut.",
        "Ada Lorne said it was shut, but Hasan Karimi said it was open.",
        "",
    ],
)
def test_sentences_without_a_speaker(sentence: str) -> None:
    assert speaker_of(sentence, Span(0, len(sentence))) is None


def test_a_pronoun_is_the_speaker_before() -> None:
    text = (
        "Hasan Karimi, a lawmaker from Kunduz, said it was shut. “Nobody crosses,” he added.\n\nHe said it would open."
    )
    assert speakers(text) == [KARIMI, KARIMI, KARIMI]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Hasan Karimi said it was shut. Ada Lorne crossed it. He said it was not safe.", None),
        ("Hasan Karimi said it was shut. It rained. It blew. It froze. He said it was not safe.", None),
        ("The Defense Ministry said it was shut. He said it was not safe.", None),
        ("The Defense Ministry said it was shut. It said it was not safe.", "the Defense Ministry"),
        ("Officials said it was shut. They said it was not safe.", "officials"),
        ("Officials said it was shut. He said it was not safe.", None),
        ("A spokeswoman said it was shut. He said it was not safe.", None),
        ("Hasan Karimi said it was shut. He said so twice. She said it was not safe.", None),
        ("Hasan Karimi said it was shut. After the rain stopped, he said, it opened.", "Hasan Karimi"),
    ],
)
def test_an_ambiguous_pronoun_is_not_resolved(text: str, last: str | None) -> None:
    assert names(text)[-1] == last


def test_a_surname_is_the_full_name_with_its_role() -> None:
    text = "Hasan Karimi, a lawmaker from Kunduz, said it was shut. It rained.\n\nKarimi said it would open."
    assert speakers(text) == [KARIMI, None, KARIMI]
    assert speakers(text.replace("Karimi said", "Mr. Karimi said"))[-1] == KARIMI


def test_a_surname_of_someone_who_had_not_spoken() -> None:
    text = "On Monday army spokesman Hasan Karimi crossed the bridge. “Nobody else did,” Karimi said."
    assert speakers(text)[-1] == Speaker("Hasan Karimi", "army spokesman", False)


def test_a_surname_of_two_people_stays_as_it_is() -> None:
    text = "Hasan Karimi crossed it. Sara Karimi did not. Karimi said it was shut."
    assert speakers(text)[-1] == Speaker("Karimi", None, False)


def test_the_commander_is_the_one_named_before() -> None:
    first = "A Taliban commander based in Kandahar said it was shut. "
    assert names(first + "The commander said it would open.")[-1] == "a Taliban commander based in Kandahar"
    text = "Hasan Karimi, an army spokesman, said it was shut. It rained. The spokesman said it would open."
    assert speakers(text)[-1] == Speaker("Hasan Karimi", "an army spokesman", False)
    assert names("It rained. The commander said it was shut.")[-1] == "the commander"


def test_a_quotation_goes_on_after_its_attribution() -> None:
    text = "“It is shut,” said Hasan Karimi, a lawmaker from Kunduz. “Nobody crosses. Nobody knows why.”"
    assert speakers(text) == [KARIMI] * len(speakers(text))
    middle = text.index("Nobody knows")
    assert speaker_of(text, Span(middle, len(text))) == KARIMI


def test_a_new_paragraph_is_a_new_quotation() -> None:
    assert names("“It is shut,” said Hasan Karimi.\n\n“Nobody crosses.”") == ["Hasan Karimi", None]


def test_a_mark_repeated_at_the_paragraph_goes_on() -> None:
    text = "“It is shut,” said Hasan Karimi. “Nobody crosses.\n\n“Nobody knows why.”"
    assert names(text) == ["Hasan Karimi"] * len(names(text))


def test_a_reattributed_quotation_is_not_continued() -> None:
    text = "“It is shut,” said Hasan Karimi. “Nobody crosses. Nobody knows why,” said Ada Lorne."
    middle = text.index("“Nobody")
    assert speaker_of(text, Span(middle, text.index("Nobody knows"))) is None
    assert speaker_of(text, Span(middle, len(text))) == Speaker("Ada Lorne", None, False)


def test_a_verb_inside_a_quotation_does_not_count() -> None:
    text = "“The mayor said it was shut,” said Hasan Karimi."
    assert names(text) == ["Hasan Karimi"]
    assert names("“The mayor said it was shut.”") == [None]


@pytest.mark.parametrize(
    ("sentence", "denies"),
    [
        ("A spokesman denied that the city had fallen.", True),
        ("She rejected the claim.", True),
        ("He dismissed reports of a retreat.", True),
        ("The city has not fallen.", True),
        ("The city hasn’t fallen.", True),
        ("Troops were still fighting to defend the city.", True),
        ("There was no truth in it.", True),
        ("He refuted it.", True),
        ("They never took the bridge.", True),
        ("The city remains in government control.", True),
        ("The city fell on Sunday.", False),
        ("The council rejected a pay rise.", False),
        ("The Taliban said they had taken the city.", False),
        ("Nothing was noted.", False),
    ],
)
def test_denials(sentence: str, denies: bool) -> None:
    assert is_denial(sentence) is denies


_PIECES = [
    "“", "”", '"', "’", ". ", ", ", "\n\n", " said ", "said ", "he ", "She ", "Hasan Karimi", "Karimi", "the commander",
    "a commander", "according to ", "officials", " and ", "in Kunduz", " told ", "KABUL - ", "Mr. ", "The ministry’s ",
    "one of ", "adding ", " 😀 ", "who ", " was ",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join), st.integers(-3, 200), st.integers(-3, 200))
@example("Karimi told ", 11, 0)
def test_never_fails_and_names_only_what_was_written(text: str, start: int, end: int) -> None:
    speaker = speaker_of(text, Span(start, end))
    if speaker is not None:
        so_far = " ".join(text[: max(0, end)].split()).lower()
        assert re.search(rf"(?<!\w){re.escape(' '.join(speaker.name.split()).lower())}(?!\w)", so_far)


@given(st.text(max_size=80), st.integers(), st.integers())
def test_any_text_and_any_span(text: str, start: int, end: int) -> None:
    speaker_of(text, Span(start, end))
    is_denial(text)


@pytest.mark.parametrize(
    "unit", ["in a ", "officials in Kunduz, ", "“a, ", "only ", "Hasan, a lawmaker, ", "who said "]
)
def test_a_long_sentence_comes_to_an_end(unit: str) -> None:
    """With catastrophic backtracking this would not return."""
    sentence = f"Officials {unit * 140} said it."
    speaker = speaker_of(sentence, Span(0, len(sentence)))
    assert speaker is None or speaker.name in sentence


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        (
            "The lawyer of the Ellery Line, Piers Maddox, said it was open.",
            "Piers Maddox",
            "the lawyer of the Ellery Line",
        ),
        ("The lawyer of the Ellery Line said it was open.", "the lawyer of the Ellery Line", None),
    ],
)
def test_a_mentioned_organisation_is_no_speaker(text: str, name: str, role: str | None) -> None:
    speaker = speaker_of(text, Span(0, len(text)))
    assert speaker is not None
    assert (speaker.name, speaker.role) == (name, role)
