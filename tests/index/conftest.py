"""What the tests of index/ share: the encoder that ours is compared with."""

import pytest

from dateline.index.encoder import SentenceTransformerEncoder, load_sentence_transformer
from dateline.index.encoder_export import DEFAULT_SHA256, model_source


@pytest.fixture(scope="session")
def reference() -> SentenceTransformerEncoder:
    """all-MiniLM-L6-v2 by sentence-transformers in float32: what the fast path is compared with."""
    model = load_sentence_transformer(model_source(None)[0], "cpu")
    return SentenceTransformerEncoder(model, name=f"all-MiniLM-L6-v2@{DEFAULT_SHA256[:12]}", languages=("en",))
