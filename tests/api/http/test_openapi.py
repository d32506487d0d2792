"""The API's description as others read it: requests made from it, a client made from it, an example of each error."""

import sys
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dateline.api.http.openai_errors import PATHS
from dateline.api.http.problems import Problem
from dateline.api.http.streaming import MEDIA_TYPE as EVENTS
from dateline.api.http.wire.chat import ErrorOut


def test_requests_made_from_it() -> None:
    """`python -m benchmarks.api_fuzz` makes ten thousand."""
    pytest.importorskip("schemathesis", reason="needs the extra `dev`")
    from benchmarks.api_fuzz import ASKERS, fuzz, samples_served

    by_asker = {}
    for asker in ASKERS:
        with samples_served(asker) as target:
            by_asker[asker.name], found = fuzz(target, asker, 60, 1)
        assert found == []
        assert by_asker[asker.name].total() >= 60
        assert not [status for status in by_asker[asker.name] if status >= 500]
    open_to_all, admin, reads, part, nobody = by_asker.values()
    assert min(open_to_all[200], admin[200], open_to_all[422], admin[422], reads[200], part[200]) > 5
    assert min(reads[403], part[403], nobody[401]) > 20
    assert (open_to_all[401], open_to_all[403], admin[403]) == (0, 0, 0)


def test_models_made_from_it_read_what_is_sent(client: TestClient, tmp_path: Path) -> None:
    generator = pytest.importorskip("datamodel_code_generator", reason="needs the extra `dev`")
    from datamodel_code_generator.format import Formatter

    made = tmp_path / "models.py"
    generator.generate(
        client.get("/openapi.json").text,
        input_file_type=generator.InputFileType.OpenAPI,
        output=made,
        output_model_type=generator.DataModelType.PydanticV2BaseModel,
        use_annotated=True,
        formatters=[Formatter.BUILTIN],
    )
    spec = util.spec_from_file_location("models", made)
    assert spec is not None
    assert spec.loader is not None
    models: Any = util.module_from_spec(spec)
    sys.modules["models"] = models
    try:
        spec.loader.exec_module(models)
        request = models.AnswerRequest(question="Who won the chess title in nine rounds?")
        sent = client.post(
            "/v1/answers",
            content=request.model_dump_json(exclude_unset=True, by_alias=True),
            headers={"content-type": "application/json"},
        )
        answer = models.Answer.model_validate_json(sent.text)
        assert (answer.status.value, answer.sources[0].article_id) == ("answered", "chess")
        stored = models.StoredAnswer.model_validate_json(client.get(f"/v1/answers/{answer.id}").text)
        assert stored.flags == []
        article = models.FullArticle.model_validate_json(client.get("/v1/articles/chess").text)
        span = answer.claims[0].citations[0].source_span
        assert article.text[span.start : span.end] == answer.claims[0].citations[0].quote
        problem = models.Problem.model_validate_json(client.get("/v1/articles/nobody").text)
        assert problem.type == "urn:dateline:problem:not-found"
    finally:
        del sys.modules["models"]


def test_every_error_has_an_example_and_every_body_a_schema(client: TestClient) -> None:
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], f"{method} {path} says nothing"
            for status, response in operation["responses"].items():
                for media_type, content in response.get("content", {}).items():
                    described = content["itemSchema" if media_type == EVENTS else "schema"]
                    assert described, f"{method} {path} {status} {media_type}"
                    if not status.startswith("2"):
                        if path.startswith(PATHS):
                            assert ErrorOut(**content["example"]).error.message
                            continue
                        assert Problem(**content["example"]).title
                        assert str(content["example"]["status"]) == status or status == "default"
