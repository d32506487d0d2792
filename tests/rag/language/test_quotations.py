from dateline.index.article import Span
from dateline.rag.language.quotations import Quotation, article_quotations, sentence_quotations


def test_a_quotation_is_its_words_without_the_marks() -> None:
    sentence = "“I saw it,” she said."
    assert sentence_quotations(sentence) == (Quotation(Span(1, 10), opens=True, closes=True, nested=()),)


def test_a_quotation_may_have_another_inside() -> None:
    sentence = "“He told me ‘get out now’ and left,” she said."
    (found,) = sentence_quotations(sentence)
    assert [span.of(sentence) for span in found.nested] == ["get out now"]


def test_a_quotation_is_cut_to_the_sentences_that_it_runs_through() -> None:
    text = "“We saw nothing. The sea was calm. Nobody came,” he said."
    sentences = [Span(0, 16), Span(17, 34), Span(35, 57)]
    first, second, third = (one[0] for one in article_quotations(text, sentences))
    assert (first.opens, first.closes) == (True, False)
    assert (second.span, second.opens, second.closes) == (Span(0, 17), False, False)
    assert (third.span.of(sentences[2].of(text)), third.opens, third.closes) == ("Nobody came,", False, True)


def test_a_closing_mark_alone_ends_what_began_before_the_sentence() -> None:
    sentence = "Nobody came,” he said."
    assert sentence_quotations(sentence) == (Quotation(Span(0, 12), opens=False, closes=True, nested=()),)


def test_an_unclosed_quotation_goes_on_to_the_end() -> None:
    sentence = "He said: “Nobody came"
    (found,) = sentence_quotations(sentence)
    assert (found.span.of(sentence), found.closes) == ("Nobody came", False)
