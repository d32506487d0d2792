"""Fuzzes the HTTP API from its OpenAPI description, with valid and invalid requests.

    python -m benchmarks.api_fuzz [--cases 10000] [--seed 1] [--url http://… [--key KEY]]

schemathesis makes the cases, about as many for each operation, half of them spoilt; half name something that there is.
They are sent to a server without keys, and to one with keys by an admin key, one that may read, one that is tied to a
saved filter, and none: callers with the right must be accepted, others refused, and no title of an article outside
the filter may be shown. Each has a server of its own over the sample articles, by the encoder and the reader that a
person can compute, for what is tried is the API. With `--url` a server that runs is asked instead, by `--key`. Exits
with 1 where something is found.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from benchmarks._common import print_table, serving
from dateline.api.access import OPERATOR, Caller, rule_of
from dateline.api.asking import NEW, ask
from dateline.api.compose import Services
from dateline.api.http.app import create_app
from dateline.api.http.wire.chat import MODEL
from dateline.index.archive import Archive
from dateline.index.database import FILE_NAME
from dateline.index.encoder import InitialsEncoder
from dateline.index.filters import NO_FILTERS, Filters
from dateline.index.keys import create_key
from dateline.index.saved_filters import save_filter
from dateline.index.search import Searcher
from dateline.rag.answerer import Answerer
from dateline.rag.question import Question
from dateline.rag.reading.reader import OverlapReader, ReaderCalibration
from dateline.rag.verification.support import WordSupport
from training.data import ingest_into, temporary_home

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
QUESTIONS = ("Why did the Taliban shift to cities?", "When was the ferry Maid of Corran built?", "Who is Xerxes Xu?")
"""Asked beforehand, so that there are answers to look up."""
NOW = datetime(2021, 9, 1, 12, tzinfo=UTC)
ENCODER = InitialsEncoder(languages=("en",))
OPENING = 503
"""While the archive is being opened, or where too many ask at once."""
CHECKED = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who sends requests."""

    name: str
    caller: Caller | None
    """What they may do; None: not known here."""
    keys: bool = True
    """Whether the server has keys."""


PART = Filters(outlets=("The Meridian Courier",))
ASKERS = (
    Asker("nobody in particular, of a server without keys", OPERATOR, keys=False),
    Asker("an admin key", Caller("x", frozenset({"admin"}))),
    Asker("a key that may read", Caller("x", frozenset({"read"}))),
    Asker("a key that may read and ask, tied to a filter", Caller("x", frozenset({"read", "ask"}), PART)),
    Asker("no key, of a server with keys", Caller(None, frozenset())),
)


@dataclass(frozen=True, slots=True)
class Target:
    """A server, and what is known of it."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """With the key, if there is one."""
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Parameter of a path → values that there are."""
    hidden: Sequence[str] = ()
    """Titles that may not be seen."""


@schemathesis.serializer("application/x-ndjson")
def lines(_context: schemathesis.SerializationContext, value: object) -> bytes:
    """A made value as the body of an upload; its kind needs no more."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def main() -> None:
    """Try them all and print what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--url")
    parser.add_argument("--key")
    given = parser.parse_args()
    found: list[str] = []
    total: Counter[int] = Counter()
    if given.url:
        headers = {"Authorization": f"Bearer {given.key}"} if given.key else {}
        total, found = fuzz(Target(given.url, headers), Asker("", None), given.cases, given.seed)
    else:
        for place, asker in enumerate(ASKERS):
            with samples_served(asker) as target:
                statuses, faults = fuzz(target, asker, -(-given.cases // len(ASKERS)), given.seed + place)
            rows = [(f"answered with {status}", f"{count:,}") for status, count in sorted(statuses.items())]
            print_table(f"{statuses.total():,} requests by {asker.name}", rows)
            total += statuses
            found += [f"{asker.name}: {fault}" for fault in faults]
    print(f"\n{total.total():,} requests, {sum(n for status, n in total.items() if status >= 500)} answered with 5xx.")
    print("\n".join(found) if found else "Nothing undescribed, nobody let in or kept out who shouldn't be.")
    sys.exit(1 if found else 0)


def fuzz(target: Target, asker: Asker, cases: int, number: int) -> tuple[Counter[int], list[str]]:
    """How often each status came in so many cases or some more, and what was wrong, once for each operation.

    `number`: the seed. Operations of which there are few different requests leave more for the others.
    """
    schema = schemathesis.openapi.from_url(f"{target.url}/openapi.json", headers=dict(target.headers))
    operations: list[Any] = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    statuses: Counter[int] = Counter()
    found: dict[str, str] = {}
    before = -1
    while before < statuses.total() < cases:  # where nothing new can be made any more, it ends, too
        before = statuses.total()
        each = -(-(cases - before) // (2 * len(operations)))
        for operation in operations:
            for mode in _modes(operation):
                try:
                    _run(operation, mode, each, number + before, target, asker, statuses)
                except Unsatisfiable:
                    continue  # nothing about this operation can be spoilt
                except (Exception, FailureGroup) as error:  # noqa: BLE001  # whatever it is, it is a finding
                    name = f"{operation.method.upper()} {operation.path}"
                    found.setdefault(name, f"{name}: {error}")
    return statuses, list(found.values())


def _modes(operation: Any) -> tuple[GenerationMode, ...]:
    """A path alone is whatever string: nothing in it can be spoilt, and finding that out takes a second each time."""
    described = operation.definition.raw
    parameters = [one for one in described.get("parameters", ()) if one["in"] != "path"]
    spoilable = bool(parameters) or "requestBody" in described
    return (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if spoilable else (GenerationMode.POSITIVE,)


def _run(
    operation: Any,
    mode: GenerationMode,
    cases: int,
    number: int,
    target: Target,
    asker: Asker,
    statuses: Counter[int],
) -> None:
    @seed(number)
    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.integers(0, 999))
    def tried(case: Any, choice: int) -> None:
        if choice % 2:
            known = {name: target.known[name] for name in case.path_parameters or {} if name in target.known}
            case.path_parameters |= {name: values[choice % len(values)] for name, values in known.items()}
        response = case.call(headers=dict(target.headers))
        statuses[response.status_code] += 1
        if response.status_code >= 500 and response.status_code != OPENING:
            raise AssertionError(f"{response.status_code}: {case.as_curl_command()}")
        case.validate_response(response, checks=CHECKED)
        _check_access(asker.caller, response)
        shown = [title for title in target.hidden if title in response.text]
        if shown:
            raise AssertionError(f"shows “{shown[0]}”: {case.as_curl_command()}")

    tried()


def _check_access(caller: Caller | None, response: Any) -> None:
    """Whether exactly the callers without the right were refused."""
    address = unquote(urlsplit(response.request.url).path)
    rule = rule_of(response.request.method, address)
    if caller is None or rule is None:
        return
    refused = 401 if caller.key_id is None else 403
    wrong = response.status_code in (401, 403) if caller.may(rule) else response.status_code != refused
    if wrong:
        raise AssertionError(f"{'refused' if caller.may(rule) else 'let in'} with {response.status_code}: {address}")


@cache
def _samples() -> bytes:
    """An archive of the sample articles."""
    with temporary_home() as home:
        archive, _ = ingest_into(home, [SAMPLES], ENCODER)
        archive.close()
        return (home / FILE_NAME).read_bytes()


@contextmanager
def samples_served(asker: Asker) -> Iterator[Target]:
    """A server over the sample articles, with keys if it is to have some."""
    with temporary_home() as home:
        (home / FILE_NAME).write_bytes(_samples())
        archive = Archive(home)
        searcher = Searcher(archive, ENCODER)
        reader = OverlapReader(ReaderCalibration(threshold=0.7))
        services = Services(archive, searcher, Answerer(searcher, reader), WordSupport)
        save_filter(archive, "part", PART, NOW)
        asked = [ask(services, Question(text, NOW), NOW, conversation_id=NEW).answer for text in QUESTIONS]
        inside = {one.article.id for one in archive.list_articles(PART)}
        everything = [one.article for one in archive.list_articles(NO_FILTERS)]
        hidden = [one.title for one in everything if one.title and one.id not in inside]
        known = {
            "article_id": [one.id for one in everything],
            "answer_id": [answer.id for answer in asked],
            "conversation_id": [answer.conversation_id or "" for answer in asked],
            "name": ["part"],
            "model": [MODEL],
        }
        with serving(create_app(lambda: services)) as url:
            known["job_id"] = [httpx.post(f"{url}/v1/articles/upload", content=b"{}").json()["id"]]
            headers = {}
            if asker.keys:
                scopes = asker.caller.scopes if asker.caller else ()
                part = "part" if asker.caller and asker.caller.part else None
                made = create_key(archive, "x", scopes or ("read",), NOW, saved_filter_name=part)
                headers = {"Authorization": f"Bearer {made.secret}"} if scopes else {}
            yield Target(url, headers, known, hidden if asker.caller and asker.caller.part else ())


if __name__ == "__main__":
    main()
