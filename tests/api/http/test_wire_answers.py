"""A stored answer with its flags, and what an answer is stored as citing."""

import json
from dataclasses import replace

import pytest

from dateline.api.asking import cited_revisions, to_json
from dateline.api.http.wire.answers import with_flags
from dateline.index.flags import Flag
from tests.api.answers import ANSWER, FIRST, REFUSED

FLAG = Flag("corrected", "alm", by="mended", detail="“so”")
AS_JSON = {"kind": "corrected", "article_id": "alm", "by": "mended", "detail": "“so”"}


@pytest.mark.parametrize(
    "stored", ["{}", "{ }", '{"a":1}', '{"a": 1.0e-7, "b": {}}\n', to_json(ANSWER), to_json(REFUSED)]
)
@pytest.mark.parametrize(("flags", "expected"), [([], []), ([FLAG, FLAG], [AS_JSON, AS_JSON])])
def test_flags_stand_beside_what_was_stored(stored: str, flags: list[Flag], expected: list[object]) -> None:
    flagged = with_flags(stored, flags)
    assert json.loads(flagged) == json.loads(stored) | {"flags": expected}
    assert flagged.startswith(stored.rstrip().removesuffix("}"))


def test_claims_and_positions_cite() -> None:
    assert cited_revisions(ANSWER) == {"river": 2, "wire": 1}
    assert cited_revisions(replace(ANSWER, claims=())) == {"river": 2, "wire": 1}
    assert cited_revisions(replace(ANSWER, disagreements=())) == {"river": 2, "wire": 1}
    assert cited_revisions(REFUSED) == {}


def test_ids_with_colons_and_the_oldest_of_several_revisions() -> None:
    citations = (
        replace(FIRST, article_id="a:b:9", passage_id="a:b:9:12:3"),
        replace(FIRST, article_id="a:b:9", passage_id="a:b:9:7:0"),
    )
    claim = replace(ANSWER.claims[0], citations=citations)
    assert cited_revisions(replace(ANSWER, claims=(claim,), disagreements=())) == {"a:b:9": 7}
