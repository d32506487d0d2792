"""The page `/docs`: the OpenAPI schema as HTML, with a curl command and a form to try for each operation.

Swagger UI would be loaded from another server; this page needs no network. Knows nothing of routes.
"""

from __future__ import annotations

import html
import json
import shlex
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from dateline.api.http.problems import MEDIA_TYPE

STYLE = files(__package__).joinpath("docs.css").read_text("utf-8")
SCRIPT = files(__package__).joinpath("docs.js").read_text("utf-8")


def _hash(inline: str) -> str:
    return f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"


PAGE_POLICY = (
    f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of `page`: its own style and script, and requests to its own server."""


def page(schema: dict[str, Any], base_url: str) -> str:
    """The schema as HTML. `base_url`: of the server, for the curl commands."""
    address = urlsplit(base_url)
    server = address.netloc if address.scheme == "http" else f"{address.scheme}://{address.netloc}"
    schemas = schema["components"]["schemas"]
    operations = [
        (path, method, operation) for path, methods in schema["paths"].items() for method, operation in methods.items()
    ]
    groups = [(tag, list(group)) for tag, group in groupby(sorted(operations, key=_tag), key=_tag)]
    contents = [
        f"<li>{html.escape(tag)}<ul>{''.join(_link(path, method) for path, method, _ in group)}</ul>"
        for tag, group in groups
    ]
    sections = [
        f"<h2>{html.escape(tag)}</h2>{''.join(_operation(server, schemas, *operation) for operation in group)}"
        for tag, group in groups
    ]
    models = [
        f"<details id='{html.escape(name)}'><summary><code>{html.escape(name)}</code> "
        f"{html.escape(model.get('description', ''))}</summary>{_code(model)}</details>"
        for name, model in sorted(schemas.items())
    ]
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'><title>Dateline API</title>"
        f"<style>{STYLE}</style>"
        f"<h1>Dateline API</h1><p>{html.escape(schema['info'].get('summary', ''))}</p>"
        "<p>The OpenAPI description is <a href='/openapi.json'>/openapi.json</a>. Errors are "
        f"<a href='#Problem'>problems</a> (RFC 9457, <code>{MEDIA_TYPE}</code>).</p>"
        "<p><label>API key for “Try it”, if the server needs one: <input id='key' type='password' autocomplete='off'>"
        "</label></p>"
        f"<nav aria-label='Contents'><ul>{''.join(contents)}<li><a href='#schemas'>schemas</a></ul></nav>"
        f"{''.join(sections)}<h2 id='schemas'>Schemas</h2>{''.join(models)}<script>{SCRIPT}</script></html>"
    )


def _tag(operation: tuple[str, str, dict[str, Any]]) -> str:
    return str(operation[2].get("tags", ["other"])[0])


def _anchor(path: str, method: str) -> str:
    return html.escape(f"{method}-{path.strip('/')}")


def _link(path: str, method: str) -> str:
    return f"<li><a href='#{_anchor(path, method)}'><code>{method.upper()} {html.escape(path)}</code></a>"


def _operation(server: str, models: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> str:
    parameters = operation.get("parameters", [])
    request = _request(operation, models)
    parts = [
        f"<section id='{_anchor(path, method)}'><h3><code>{method.upper()} {html.escape(path)}</code></h3>"
        f"<p>{html.escape(operation.get('description', ''))}</p>"
    ]
    rows = [
        f"<tr><td><code>{html.escape(one['name'])}</code><td>{one['in']}"
        f"<td>{html.escape(one.get('description', one['schema'].get('description', '')))}"
        for one in parameters
    ]
    if rows:
        parts.append(f"<table>{''.join(rows)}</table>")
    keyed = bool(operation.get("security"))
    parts.append(_code(_curl(server, path, method, parameters, request, keyed=keyed)))
    parts.append(_form(path, method, parameters, request))
    contents = [("Request", operation.get("requestBody", {}))]
    contents += [(f"Response {status}", response) for status, response in operation["responses"].items()]
    for title, holder in contents:
        for media_type, content in holder.get("content", {}).items():
            name = _model_name(content)
            about = f"{title} {html.escape(holder.get('description', ''))} <code>{media_type}</code>"
            link = f" <a href='#{html.escape(name)}'>{html.escape(name)}</a>" if name else ""
            example = _code(content["example"]) if "example" in content else ""
            parts.append(f"<details><summary>{about}{link}</summary>{example}</details>")
    return "".join(parts) + "</section>"


def _request(operation: dict[str, Any], models: dict[str, Any]) -> tuple[str, str] | None:
    """Media type and example of the request's body; None: it has none."""
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        model = models.get(_model_name(content), {})
        fields = {name: model["properties"][name].get("examples") for name in model.get("required", [])}
        required = {name: examples[0] for name, examples in fields.items() if examples}
        example = content.get("example") or next(iter(model.get("examples", [])), required)
        return media_type, example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)
    return None


def _curl(
    server: str,
    path: str,
    method: str,
    parameters: list[dict[str, Any]],
    request: tuple[str, str] | None,
    *,
    keyed: bool,
) -> str:
    """A curl command, with the names of required parameters in capitals."""
    query = []
    for one in parameters:
        name = one["name"]
        if one["in"] == "path":
            path = path.replace(f"{{{name}}}", name.upper())
        elif one["in"] == "query" and one.get("required"):
            query.append(f"{name}={name.upper()}")
    address = f"{server}{path}{'?' if query else ''}{'&'.join(query)}"
    words = ["curl -s", *([] if method == "get" else [f"-X {method.upper()}"]), shlex.quote(address)]
    if keyed:
        words.append("-H 'authorization: Bearer KEY'")
    if request is not None:
        media_type, body = request
        words.append(f"\\\n    -H 'content-type: {media_type}' --data-binary {shlex.quote(body)}")
    return " ".join(words)


def _form(path: str, method: str, parameters: list[dict[str, Any]], request: tuple[str, str] | None) -> str:
    """A form with the fields of a request; docs.js sends it and shows the response."""
    fields = [
        f"<label>{html.escape(one['name'])} <input name='{html.escape(one['name'])}' data-in='{one['in']}'"
        f"{' required' if one.get('required') else ''}></label>"
        for one in parameters
        if one["in"] in ("path", "query")
    ]
    if request is not None:
        media_type, body = request
        fields.append(f"<textarea aria-label='Body' data-type='{media_type}' rows='6'>{html.escape(body)}</textarea>")
    return (
        f"<details><summary>Try it</summary><form data-method='{method.upper()}' data-path='{html.escape(path)}'>"
        f"{''.join(fields)}<button>Send</button><pre hidden></pre></form></details>"
    )


def _model_name(content: dict[str, Any]) -> str:
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]


def _code(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return f"<pre>{html.escape(text)}</pre>"
