import shutil
from pathlib import Path

import pytest

from dateline.index.errors import SupportError
from dateline.rag.verification.entailment import SHIPPED, EntailmentModel


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> EntailmentModel:
    return EntailmentModel(SHIPPED, compiled=tmp_path_factory.mktemp("compiled"))


EVIDENCE = "Engineers closed the Ziegel bridge on Monday because its cables had rusted. Ferries carry the traffic."


def test_what_is_said_is_told_from_what_is_not(model: EntailmentModel) -> None:
    said, turned, more = model.read(
        [
            ("The Ziegel bridge was closed because its cables had rusted.", EVIDENCE),
            ("The Ziegel bridge was not closed because its cables had rusted.", EVIDENCE),
            ("The Ziegel bridge was closed after a tanker struck a pillar.", EVIDENCE),
        ]
    )
    assert said.supported > max(turned.supported, more.supported)
    assert said.worst < min(turned.worst, more.worst)
    assert turned.worst_word.of("The Ziegel bridge was not closed because its cables had rusted.") == "not"


def test_a_claim_is_read_alone_as_in_a_batch(model: EntailmentModel) -> None:
    pairs = [(f"Ferry {n} carries the traffic.", " ".join([EVIDENCE] * (1 + n % 3))) for n in range(11)]
    together = model.read(pairs)
    alone = [model.read([pair])[0] for pair in pairs]
    for value in ("supported", "worst"):  # in bfloat16
        read = [getattr(one, value) for one in together]
        assert read == pytest.approx([getattr(one, value) for one in alone], abs=0.15)
    assert model.read([]) == []


def test_damaged_weights_are_not_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    weights = bytearray((folder / "support.bin").read_bytes())
    weights[5_000] ^= 1
    (folder / "support.bin").write_bytes(weights)
    with pytest.raises(SupportError, match=r"support\.bin is not the one that support\.json names"):
        EntailmentModel(folder, compiled=tmp_path / "compiled")
    with pytest.raises(SupportError, match="can't be loaded"):
        EntailmentModel(tmp_path / "none", compiled=tmp_path / "compiled")
