"""Requests made from the API's own description, whole and spoilt: no error that nobody foresaw, nothing undescribed.

    python -m benchmarks.api_fuzz [--cases 10000] [--seed 1] [--url http://…] [--key KEY]

schemathesis makes the cases, the same number for each operation. With `--url` a server that runs is asked; without, a
thread serves the sample articles by the encoder and the reader that a person can compute, for what is tried is the API.
`--key` is sent as a bearer token. Exits with 1 where something is found.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.compose import Services
from api.http import create_app
from benchmarks._common import ingest_into, print_table, serving, temporary_home
from index.encoder import InitialsEncoder
from index.search import Searcher
from rag.answerer import Answerer
from rag.reader import Calibration, OverlapReader
from rag.support import WordSupport

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
OPENING = 503
"""While the archive is being opened, or where too many ask at once."""
CHECKED = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


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
    headers = {"Authorization": f"Bearer {given.key}"} if given.key else {}
    with ExitStack() as stack:
        url = given.url or stack.enter_context(samples_served())
        statuses, found = fuzz(url, given.cases, given.seed, headers)
    rows = [(f"answered with {status}", f"{count:,}") for status, count in sorted(statuses.items())]
    print_table(f"{statuses.total():,} requests, {'with' if given.key else 'without'} a key", rows)
    print("\n".join(found) if found else "\nNothing undescribed, and no error that nobody foresaw.")
    sys.exit(1 if found else 0)


def fuzz(url: str, cases: int, number: int, headers: dict[str, str]) -> tuple[Counter[int], list[str]]:
    """How often each status came in about so many cases, and what was wrong, once for each operation.

    `number`: the seed. Half of the cases keep to the description, half break it somewhere.
    """
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", headers=headers)
    operations: list[Any] = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    statuses: Counter[int] = Counter()
    found: list[str] = []
    each = max(1, cases // (2 * len(operations)))
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                _run(operation, mode, each, number, headers, statuses)
            except Unsatisfiable:
                continue  # nothing about this operation can be spoilt
            except Exception as error:  # noqa: BLE001  # whatever it is, it is a finding
                found.append(f"{operation.method.upper()} {operation.path}: {error}")
    return statuses, found


def _run(
    operation: Any,
    mode: GenerationMode,
    cases: int,
    number: int,
    headers: dict[str, str],
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
    @given(operation.as_strategy(generation_mode=mode))
    def tried(case: Any) -> None:
        response = case.call(headers=headers)
        statuses[response.status_code] += 1
        if response.status_code >= 500 and response.status_code != OPENING:
            raise AssertionError(f"{response.status_code}: {case.as_curl_command()}")
        case.validate_response(response, checks=CHECKED)

    tried()


@contextmanager
def samples_served() -> Iterator[str]:
    """The URL of a server over the sample articles."""
    encoder = InitialsEncoder(languages=("en",))
    with temporary_home() as home:
        archive, _ = ingest_into(home, [SAMPLES], encoder)
        searcher = Searcher(archive, encoder)
        services = Services(
            archive, searcher, Answerer(searcher, OverlapReader(Calibration(threshold=0.7))), WordSupport
        )
        with serving(create_app(lambda: services)) as url:
            yield url


if __name__ == "__main__":
    main()
