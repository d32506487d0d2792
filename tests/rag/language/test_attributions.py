import pytest

from dateline.index.sentences import split_sentences
from dateline.rag.language.analyser import Analyser
from dateline.rag.language.attributions import Attribution


def only(sentence: str, analyser: Analyser) -> Attribution:
    (found,) = analyser.analyse(sentence).attributions
    return found


@pytest.mark.parametrize(
    ("sentence", "source", "cue", "content", "speech"),
    [
        ("Officials said that the bow door was open.", "Officials", "said", "that the bow door was open", "indirect"),
        ("The bow door was open, officials said on Friday.", "officials", "said", "The bow door was open", "indirect"),
        ("“The door was open,” said Una Devlin.", "Una Devlin", "said", "“The door was open,”", "direct"),
        ("Devlin called it “a disgrace for all of us”.", "Devlin", "called", "it “a disgrace for all of us”", "mixed"),
        ("According to the coastguard, the ferry sank at dawn.", "the coastguard", "According to",
         "the ferry sank at dawn", "indirect"),
        ("The mayor believes that the bridge will open.", "The mayor", "believes", "that the bridge will open",
         "indirect"),
        ("The owners' claim that she was inspected is false.", "The owners", "claim", "that she was inspected",
         "indirect"),
    ],
)  # fmt: skip
def test_an_attribution_has_source_cue_and_content(
    sentence: str, source: str, cue: str, content: str, speech: str, analyser: Analyser
) -> None:
    found = only(sentence, analyser)
    assert found.source is not None
    assert (found.source.of(sentence), found.cue.of(sentence), found.speech) == (source, cue, speech)
    assert [span.of(sentence) for span in found.content] == [content]


def test_a_source_has_its_appositions_and_its_head(analyser: Analyser) -> None:
    sentence = "Magnus Thorne, the company's chief executive, denied that the door had been open."
    found = only(sentence, analyser)
    assert found.source is not None
    assert found.source_head is not None
    assert found.source.of(sentence) == "Magnus Thorne, the company's chief executive"
    assert found.source_head.of(sentence) == "Magnus Thorne"
    assert found.denied


def test_content_on_both_sides_of_its_cue_is_in_two_parts(analyser: Analyser) -> None:
    sentence = "“I would have made him tea,” he said. “I remember everybody.”"
    found = only(sentence, analyser)
    assert [span.of(sentence) for span in found.content] == ["“I would have made him tea,”", "“I remember everybody.”"]


def test_hearsay_has_no_source(analyser: Analyser) -> None:
    sentence = "The ferry was reportedly overloaded."
    found = only(sentence, analyser)
    assert (found.source, found.cue.of(sentence)) == (None, "reportedly")


@pytest.mark.parametrize("sentence", ["The ferry sank at dawn.", "Divers found the door.", "The bridge opened in May."])
def test_plain_reports_attribute_nothing(sentence: str, analyser: Analyser) -> None:
    assert analyser.analyse(sentence).attributions == ()


def test_a_quotation_runs_through_an_articles_sentences(analyser: Analyser) -> None:
    text = "“We saw nothing. The sea was calm. Nobody warned us,” Petrie said.\n\nThe inquiry goes on."
    sentences = split_sentences(text)
    quoted = [analysis.quotations for analysis in analyser.analyse_article(text, sentences)]
    assert quoted[-1] == ()
    assert quoted[0][0].span.of(sentences[0].of(text)).startswith("We saw nothing.")
    assert quoted[0][0].opens
