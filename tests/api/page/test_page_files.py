"""The page's files: what goes over the wire, and under which policy. No browser."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from dateline.api.page.files import FOLDER, POLICY, TYPES, page_files

MOST_BYTES = 150_000


def test_the_policy_has_no_exception() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert {rules[name] for name in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert {rules[name] for name in ("base-uri", "form-action", "frame-ancestors", "trusted-types")} == {"'none'"}
    assert "unsafe" not in POLICY


def test_nothing_is_inline_and_nothing_comes_from_elsewhere() -> None:
    page = (FOLDER / "index.html").read_text("utf-8")
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", page) == []
    for path in FOLDER.iterdir():
        if path.suffix in TYPES:
            text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            assert re.findall(r"https?://[a-z]", text) == [], path.name
            assert (
                re.findall(r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
                == []
            ), path.name


def test_every_file_of_the_folder_is_small_and_says_what_it_is_for() -> None:
    assert sum(len(file.body) for file in page_files().values()) <= MOST_BYTES
    for path in FOLDER.iterdir():
        if path.suffix in (".js", ".css"):
            assert path.read_text("utf-8").startswith("/* "), path.name
            assert len(path.read_text("utf-8").splitlines()) <= 350, path.name


def test_what_is_imported_is_there() -> None:
    for path in FOLDER.iterdir():
        if path.suffix in (".js", ".html"):
            for name in re.findall(r'"/page/([^"]+)"', path.read_text("utf-8")):
                assert name in page_files(), f"{path.name} names {name}"


def test_the_page_and_its_files(client: TestClient) -> None:
    page = client.get("/", headers={"accept-encoding": "gzip"})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["content-encoding"] == "gzip"
    assert page.headers["x-content-type-options"] == "nosniff"
    script = client.get("/page/main.js", headers={"accept-encoding": "identity"})
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "content-encoding" not in script.headers
    assert script.content == (FOLDER / "main.js").read_bytes()
    again = client.get("/page/main.js", headers={"if-none-match": script.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize("name", ["__init__.py", "nothing.js", "..%2Fhttp.py", "%2e%2e", "main.js%00", ""])
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/page/{name}").status_code == 404
