"""`dateline encoder`: another encoder for an archive, here the default one with prompts of its own."""

import json
import shutil
from pathlib import Path

import pytest

from dateline.index.errors import ConflictError, EncoderError, NotFoundError
from tests.api.conftest import BRIDGE, CHESS, RIVER, CommandLine
from tests.articles import record, write_records

PROMPTS = {"query": "Represent this sentence for searching relevant passages: ", "document": "passage: "}


@pytest.fixture
def prompted(encoder_cache: Path, tmp_path: Path) -> Path:
    """An exported encoder of another name."""
    (exported,) = (about.parent for about in encoder_cache.glob("*/encoder.json"))
    folder = tmp_path / "prompted"
    shutil.copytree(exported, folder)
    about = json.loads((folder / "encoder.json").read_text())
    (folder / "encoder.json").write_text(json.dumps({**about, "prompts": PROMPTS}))
    return folder


@pytest.fixture
def stocked(dateline: CommandLine, tmp_path: Path) -> CommandLine:
    """The command line with an archive of three articles."""
    records = (record(name, text) for name, text in (("river", RIVER), ("chess", CHESS), ("bridge", BRIDGE)))
    assert dateline("ingest", str(write_records(tmp_path / "in.jsonl", *records))).exit_code == 0
    return dateline


def cosine(dateline: CommandLine, **settings: str) -> float:
    found = dateline("search", "Who won the chess title?", "--json", **settings)
    assert found.exit_code == 0, found.stderr
    best = json.loads(found.stdout)["passages"][0]
    assert best["article_id"] == "chess"
    return float(best["cosine"])


def test_an_archive_gets_another_encoder_and_remembers_it(stocked: CommandLine, prompted: Path, tmp_path: Path) -> None:
    before = cosine(stocked)
    used = stocked("encoder", "use", str(prompted))
    assert used.exit_code == 0, used.stderr
    assert "3 passages encoded; the archive now has the encoder all-MiniLM-L6-v2@53aa51172d14+" in used.stdout
    shown = stocked("encoder", "show").stdout.splitlines()
    assert shown[0].split()[:1] == ["encoder"]
    assert "all-MiniLM-L6-v2@53aa51172d14+" in shown[0]
    assert shown[1].split() == ["from", str(prompted)]
    assert "all-MiniLM-L6-v2@53aa51172d14+" in stocked("status").stdout
    assert cosine(stocked) == cosine(stocked, encoder=str(tmp_path / "other")) != before
    asked = stocked("ask", "Who won the chess title in nine rounds?")
    assert "Vera Quist won the chess title in nine rounds. [1]" in asked.stdout
    new = write_records(tmp_path / "new.jsonl", record("ferry", "The ferry to Quellmark sank on Friday."))
    assert "1 added" in stocked("ingest", str(new)).stdout

    again = stocked("encoder", "use", str(prompted), "--json")
    assert json.loads(again.stdout)["already"]
    back = stocked("encoder", "use")  # to what the settings name
    assert "4 passages encoded; the archive now has the encoder all-MiniLM-L6-v2@53aa51172d14" in back.stdout
    assert json.loads(stocked("encoder", "show", "--json").stdout) == {
        "encoder": "all-MiniLM-L6-v2@53aa51172d14", "model": None, "reencoding": None,
    }  # fmt: skip
    assert cosine(stocked) == before


def test_a_remembered_folder_that_is_gone(stocked: CommandLine, prompted: Path, tmp_path: Path) -> None:
    assert stocked("encoder", "use", str(prompted)).exit_code == 0
    moved = prompted.rename(tmp_path / "moved")
    refused = stocked("ask", "Who won?")
    assert refused.exit_code == ConflictError.exit_code
    assert "was made with the encoder all-MiniLM-L6-v2@53aa51172d14+" in refused.stderr
    assert "DATELINE_ENCODER" in refused.stderr
    cosine(stocked, encoder=str(moved))


def test_what_cannot_be_used(stocked: CommandLine, bare: CommandLine, tmp_path: Path) -> None:
    missing = stocked("encoder", "use", str(tmp_path / "nowhere"))
    assert missing.exit_code == EncoderError.exit_code
    assert f"there is no folder {tmp_path / 'nowhere'}, and no model of that name" in missing.stderr
    (tmp_path / "empty").mkdir()
    empty = stocked("encoder", "use", str(tmp_path / "empty"))
    assert empty.exit_code == EncoderError.exit_code
    assert "holds no model" in empty.stderr
    assert "SentenceTransformer.save()" in empty.stderr
    cosine(stocked)
    shutil.rmtree(bare.home)
    for words in (["encoder", "use"], ["encoder", "show"]):
        assert bare(*words).exit_code == NotFoundError.exit_code
