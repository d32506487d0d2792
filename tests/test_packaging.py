"""What is built of a checkout: an sdist, a wheel made of it, and a Dateline installed from that wheel alone."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.articles import SAMPLES

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("api", "eval", "index", "rag")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What a command prints; fails the test with what it complained about."""
    ended = subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel that was built from an sdist that was built from a copy of this checkout."""
    folder = tmp_path_factory.mktemp("build")
    source = folder / "checkout"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("dateline", *PARTS):
        shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    build = "import sys; from setuptools import build_meta; print(getattr(build_meta, sys.argv[1])(sys.argv[2]))"
    run(sys.executable, "-c", build, "build_sdist", folder, cwd=source)
    with tarfile.open(folder / "dateline-0.1.0.tar.gz") as sdist:
        sdist.extractall(folder, filter="data")
    run(sys.executable, "-c", build, "build_wheel", folder, cwd=folder / "dateline-0.1.0")
    return folder / "dateline-0.1.0-py3-none-any.whl"


@pytest.mark.slow
def test_the_wheel_claims_one_name_and_has_every_file(wheel: Path) -> None:
    names = {name for name in ZipFile(wheel).namelist() if not name.startswith("dateline-0.1.0.dist-info/")}
    assert {name.partition("/")[0] for name in names} == {"dateline"}
    tracked = {
        path.relative_to(ROOT).as_posix()
        for part in PARTS
        for path in (ROOT / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name.removeprefix("dateline/") for name in names} - {"__init__.py", "__main__.py", "py.typed"} == tracked


@pytest.mark.slow
def test_an_installed_wheel_answers(wheel: Path, tmp_path: Path) -> None:
    """In an environment of its own, with this one's libraries behind it, and far from the checkout."""
    venv.create(tmp_path / "venv", symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip())
    with ZipFile(wheel) as packed:
        packed.extractall(site)
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    program = (
        "import importlib.util, json, sys; sys.path += json.loads(sys.argv[1])\n"
        "import dateline\n"
        f"print(json.dumps([dateline.__file__, *(name for name in {PARTS} if importlib.util.find_spec(name))]))\n"
        "from dateline.api.cli.main import main; sys.argv[1:] = sys.argv[2:]; main()\n"
    )
    settings = {"DATELINE_HOME": str(tmp_path / "home"), "PYTHONPATH": "", "PYTHONSAFEPATH": "1"}
    dateline = (python, "-c", program, json.dumps(libraries))
    assert "dateline 0.1.0" in run(*dateline, "--version", cwd=tmp_path, **settings)
    run(*dateline, "ingest", SAMPLES / "2021", cwd=tmp_path, **settings)
    answered = run(*dateline, "ask", "Why did the Taliban shift to cities?", cwd=tmp_path, **settings)
    assert json.loads(answered.splitlines()[0]) == [str(site / "dateline" / "__init__.py")]
    assert "because the United States had stepped up its air strikes" in answered
