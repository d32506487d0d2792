"""docs/api.md shows what a server really says: each ```console block is run by bash and curl against one, and compared.

WRITE_DOCS=1 python -m pytest tests/api/test_api_docs.py      writes what they print now into docs/api.md
"""

import json
import os
import re
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from benchmarks._common import serving
from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.rag.answerer import Answerer
from tests.api.conftest import NOW

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
WRITE = "WRITE_DOCS"
SHOWN = "localhost:8000"
"""In place of the address of the server that is asked."""
_BLOCK = re.compile(
    r"^```console\n\$ (?P<command>(?:[^\n]*\\\n)*[^\n]*)\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL
)
_ID = re.compile(r"\b([a-z]+)_[0-9a-f]{24}\b")
_CURSOR = re.compile(r'("next_cursor": ".{8})[^"]+')
"""A search's cursor names the archive, whose id is random."""
_HEX = re.compile(r"\b[0-9a-f]{32}\b|\b[0-9a-f]{12}(?=-\d+)")


@dataclass
class Terminal:
    """Runs the commands of the page in their order, and shows each random id as the first, the second … of its kind."""

    address: str
    ids: dict[str, str] = field(default_factory=dict)
    """As it is → as it is shown."""

    def run(self, command: str) -> str:
        """What it prints, JSON indented, without what differs each time."""
        line = command.replace(SHOWN, self.address)
        for real, shown in self.ids.items():
            line = line.replace(shown, real)
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        text = done.stdout.replace(self.address, SHOWN)
        with suppress(ValueError):
            text = json.dumps(_untimed(json.loads(text)), indent=2, ensure_ascii=False)
        text = _CURSOR.sub(r"\1…", text)
        text = _HEX.sub(lambda found: "0123456789abcdef"[:12] if len(found[0]) == 12 else "0123456789abcdef" * 2, text)
        return _ID.sub(self._shown, text).rstrip("\n") + "\n"

    def _shown(self, found: re.Match[str]) -> str:
        number = 1 + sum(real.startswith(f"{found[1]}_") for real in self.ids)
        return self.ids.setdefault(found[0], f"{found[1]}_{number:024x}")


def _untimed(value: Any) -> Any:
    """With every duration a millisecond."""
    if isinstance(value, list):
        return [_untimed(one) for one in value]
    if not isinstance(value, dict):
        return value
    timed = {name: dict.fromkeys(value[name], 1.0) for name in ("timings_ms",) if name in value}
    return {name: _untimed(one) for name, one in value.items()} | timed


def test_page_shows_what_a_server_says(services: Services) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    page = PAGE.read_text("utf-8")
    # Answers of one moment are listed by their ids, which are random otherwise.
    ids = count(0xA0000)
    reader = services.answerer.reader
    answerer = Answerer(services.searcher, reader, new_id=lambda: f"ans_{next(ids):024x}")
    asked = replace(services, answerer=answerer)
    with serving(create_app(lambda: asked, clock=lambda: NOW)) as url:
        terminal = Terminal(url.removeprefix("http://"))

        def rerun(block: re.Match[str]) -> str:
            return f"```console\n$ {block['command']}\n{terminal.run(block['command'])}```"

        now = _BLOCK.sub(rerun, page)
    if os.environ.get(WRITE):
        PAGE.write_text(now, "utf-8")
    else:
        assert page == now, f"docs/api.md is behind: {WRITE}=1 pytest tests/api/test_api_docs.py writes it anew"


def test_every_route_is_on_the_page(services: Services) -> None:
    page = PAGE.read_text("utf-8")
    for path, operations in create_app(lambda: services).openapi()["paths"].items():
        for method in operations:
            assert f"## `{method.upper()} {path}`" in page, f"{method.upper()} {path} is missing in docs/api.md"
