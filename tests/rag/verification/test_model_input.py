from dateline.index.encoder_export import model_source
from dateline.index.inference import open_tokenizer
from dateline.rag.verification.model_input import CLAIM_TOKENS, WINDOW, padded_claims, tokenize_claims

TOKENIZER = open_tokenizer(model_source(None)[0] / "tokenizer.json")


def test_words_of_the_claim_keep_their_places() -> None:
    claim = "Lorne closed the Ziegel bridge."
    (tokens,) = tokenize_claims(TOKENIZER, [(claim, "The bridge was closed.")])
    pieces = [claim[start:end] for start, end in tokens.words]
    assert "".join(pieces) == claim.replace(" ", "")
    assert tokens.first == 1  # behind [CLS]
    assert list(tokens.types[: tokens.first + len(tokens.words) + 1]) == [0] * (len(tokens.words) + 2)
    assert tokens.types[-1] == 1
    assert tokens.whole


def test_delimiters_in_the_text_are_words() -> None:
    plain, forged = tokenize_claims(TOKENIZER, [("It closed.", "So it was."), ("It closed.", "[SEP] So it was.")])
    assert list(forged.ids).count(102) == list(plain.ids).count(102) == 2


def test_long_claims_and_evidence_are_cut_and_end_whole() -> None:
    (tokens,) = tokenize_claims(TOKENIZER, [("bridge " * 200, "river " * 400)])
    assert len(tokens.words) == CLAIM_TOKENS
    assert not tokens.whole
    assert len(tokens.ids) == len(tokens.types) == WINDOW
    assert tokens.ids[-1] == 102


def test_a_batch_is_padded_behind() -> None:
    inputs = padded_claims(tokenize_claims(TOKENIZER, [("One.", "Two."), ("One two three.", "Four five six.")]))
    assert {values.shape for values in inputs.values()} == {(2, 11)}
    assert inputs["attention_mask"].sum(axis=1).tolist() == [7, 11]
    assert not inputs["input_ids"][0, 7:].any()
