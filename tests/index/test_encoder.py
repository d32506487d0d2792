import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dateline.index.encoder import (
    Encoder,
    InitialsEncoder,
    OpenVinoEncoder,
    SentenceTransformerEncoder,
    load_sentence_transformer,
)
from dateline.index.encoder_export import open_encoder
from dateline.index.errors import EncoderError
from tests.articles import news

TEXTS = [news(seed, sentences) for seed, sentences in enumerate((1, 30, 2, 9, 120, 1, 4, 17, 3, 60))]


@pytest.mark.parametrize(
    ("text", "components"),
    [
        ("bad cat", {1: 1 / math.sqrt(2), 2: 1 / math.sqrt(2)}),
        ("Apples and beer", {0: 2 / math.sqrt(5), 1: 1 / math.sqrt(5)}),
        ("zoo 42 Éclair", {25: 1 / math.sqrt(5), 26: 2 / math.sqrt(5)}),
        ("", {26: 1.0}),
        (" \n", {26: 1.0}),
        ("“Quoted", {26: 1.0}),
    ],
)
def test_the_fake_can_be_computed_in_the_head(text: str, components: dict[int, float]) -> None:
    expected = np.zeros(27)
    expected[list(components)] = list(components.values())
    assert InitialsEncoder().encode_document([text])[0] == pytest.approx(expected)


def test_the_fake_reads_no_more_than_its_window() -> None:
    assert np.array_equal(
        InitialsEncoder(2).encode_document(["a b c c c"]), InitialsEncoder(2).encode_document(["a b"])
    )
    assert InitialsEncoder().count_tokens(["bad cat", "", "a\nb  c"]) == [2, 0, 3]


@pytest.fixture(params=["fake", "openvino", "sentence-transformers"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """Each encoder, for what holds for all."""
    if request.param == "fake":
        return InitialsEncoder()
    if request.param == "openvino":
        encoder: Encoder = request.getfixturevalue("default_encoder")
    else:
        encoder = request.getfixturevalue("reference")
    return encoder


def test_embeddings_are_unit_rows(encoder: Encoder) -> None:
    embeddings = encoder.encode_document(TEXTS)
    assert embeddings.shape == (len(TEXTS), encoder.dimension)
    assert embeddings.dtype == np.float32
    assert np.linalg.norm(embeddings, axis=1) == pytest.approx(1, abs=1e-3)


def test_no_texts_and_empty_texts(encoder: Encoder) -> None:
    assert encoder.encode_document([]).shape == (0, encoder.dimension)
    assert encoder.count_tokens([]) == []
    assert encoder.count_tokens(["", " "]) == [0, 0]
    embeddings = encoder.encode_document(["", " ", "\u200b"])
    assert np.linalg.norm(embeddings, axis=1) == pytest.approx(1, abs=1e-3)


def test_rows_come_in_the_order_of_the_texts(encoder: Encoder) -> None:
    """Batches are made by length; in whatever company a text is, it has its own embedding."""
    embeddings = encoder.encode_document(TEXTS)
    order = np.random.default_rng(3).permutation(len(TEXTS))
    again = encoder.encode_document([TEXTS[i] for i in order])
    assert np.sum(again * embeddings[order], axis=1).min() > 0.9995
    alone = np.concatenate([encoder.encode_document([text]) for text in TEXTS])
    assert np.sum(alone * embeddings, axis=1).min() > 0.9995


def test_tokens_are_counted_beyond_the_window_and_without_special_ones(encoder: Encoder) -> None:
    sizes = encoder.count_tokens(["The bridge is shut.", "The bridge is shut. " * 200])
    assert sizes[0] in (4, 5)
    assert sizes[1] == 200 * sizes[0]


def test_what_is_beyond_the_window_is_cut_off(default_encoder: Encoder, reference: Encoder) -> None:
    # 254 words and the two special tokens fill the window of 256.
    long, longer = "bridge " * 254, "bridge " * 254 + "kitten " * 500
    for encoder in (default_encoder, reference):
        assert encoder.max_tokens == 256
        assert encoder.count_tokens([long]) == [254]
        both = encoder.encode_document([long, longer])
        assert both[0] @ both[1] > 0.9995
        assert both[0] @ encoder.encode_document(["bridge " * 253 + "kitten"])[0] < both[0] @ both[1]


def test_similar_texts_are_near(default_encoder: Encoder) -> None:
    one, same, other = default_encoder.encode_document(
        ["The mayor resigned over the flood.", "The town's leader stepped down after the river rose.", "A chess final."]
    )
    assert one @ same > one @ other + 0.3


@pytest.mark.parametrize("damage", ["empty", "no model", "no tokenizer", "cut off", "broken JSON", "a field less"])
def test_a_missing_or_damaged_model_says_what_to_do(tmp_path: Path, encoder_cache: Path, damage: str) -> None:
    (exported,) = (file.parent for file in encoder_cache.glob("*/encoder.json"))
    folder = tmp_path / "encoder"
    shutil.copytree(exported, folder)
    match damage:
        case "empty":
            shutil.rmtree(folder)
            folder.mkdir()
        case "no model":
            (folder / "encoder.xml").unlink()
        case "no tokenizer":
            (folder / "tokenizer.json").unlink()
        case "cut off":
            (folder / "encoder.xml").write_bytes((folder / "encoder.xml").read_bytes()[:5_000])
        case "broken JSON":
            (folder / "encoder.json").write_text("{")
        case "a field less":
            about = json.loads((folder / "encoder.json").read_text())
            (folder / "encoder.json").write_text(json.dumps({"name": about["name"]}))
    with pytest.raises(EncoderError, match="can't be loaded") as caught:
        OpenVinoEncoder(folder, compiled=tmp_path / "compiled")
    assert str(folder) in caught.value.message
    assert "Remove that folder" in caught.value.hint


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="can't be loaded as a sentence-transformers model") as caught:
        load_sentence_transformer(tmp_path, "cpu")
    assert "SentenceTransformer.save()" in caught.value.hint


def test_an_exported_model_runs_without_torch(encoder_cache: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from dateline.index.encoder_export import open_encoder\n"
        "print(open_encoder(None, Path(sys.argv[1])).encode_document(['The bridge is shut.']).shape)\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, str(encoder_cache)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    assert run.stdout.splitlines() == ["(1, 384)", "[]"]


def test_an_exported_folder_may_be_named_itself(encoder_cache: Path, tmp_path: Path) -> None:
    (exported,) = (file.parent for file in encoder_cache.glob("*/encoder.json"))
    encoder = open_encoder(exported, tmp_path / "unused")
    assert encoder.name == "all-MiniLM-L6-v2@53aa51172d14"
    assert not list(tmp_path.glob("unused/*/encoder.json"))
    assert (encoder.dimension, encoder.max_tokens, encoder.languages) == (384, 256, ("en",))


def test_the_reference_has_the_same_identity(default_encoder: Encoder, reference: SentenceTransformerEncoder) -> None:
    about = [(each.name, each.dimension, each.max_tokens, each.languages) for each in (default_encoder, reference)]
    assert about[0] == about[1]
