"""Dockerfile and compose.yaml, as far as they can be checked without Docker."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import yaml

from tests.test_docs import unknown_in_command

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]


def extras() -> set[str]:
    return set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"])


def test_the_image_runs_dateline() -> None:
    (entry,) = re.findall(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)
    (command,) = re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)
    assert json.loads(entry) == ["dateline"]
    assert unknown_in_command(shlex.join(json.loads(command))) is None
    (default,) = re.findall(r"^ARG EXTRAS=(.*)$", DOCKERFILE, re.MULTILINE)
    assert {"eval", *default.split(",")} <= extras()


def test_what_is_copied_is_in_the_build_context() -> None:
    ignored, *allowed = [
        line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")
    ]
    assert ignored == "*"
    context = {line.removeprefix("!") for line in allowed if line.startswith("!")}
    assert {"dateline", "api", "eval", "index", "rag", "samples"} <= context
    for words in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE):
        for source in words.split():
            assert (ROOT / source).exists(), source
            assert source == "." or source.split("/")[0] in context, source


def test_every_service_is_confined() -> None:
    assert set(SERVICES) == {"dateline", "dateline-llm"}
    for service in SERVICES.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["tmpfs"] == ["/tmp"]
        assert service["ports"] == ["127.0.0.1:8000:8000"]
    llm = SERVICES["dateline-llm"]
    assert llm["profiles"] == ["llm"]
    assert set(llm["build"]["args"]["EXTRAS"].split(",")) <= extras()


def test_the_commands_in_the_comments_exist() -> None:
    commands = re.findall(r"docker compose run (?:--\w+ (?:\./\S+ )?)*(dateline(?:-llm)?) (.*)", COMPOSE)
    assert len(commands) == 5
    for service, words in commands:
        assert service in SERVICES
        assert unknown_in_command(words) is None, words
        for path in re.findall(r"(?<!/)\b(?:samples|eval)/[\w./-]+", words):
            assert (ROOT / path).exists(), path
