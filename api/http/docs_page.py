"""The OpenAPI schema → `/docs`, a page of plain HTML that needs no network.

Swagger UI would be fetched from somebody else's server. Knows nothing of routes.
"""

from __future__ import annotations

import html
import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

from dateline.api.http.problems import MEDIA_TYPE

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "pre{background:#8881;padding:.75rem;overflow:auto;font-size:.85rem}summary{cursor:pointer}"
    "table{border-collapse:collapse}td{padding:.1rem .75rem .1rem 0;vertical-align:top}"
    "section{border-top:1px solid #8884;padding:.5rem 0}:root{color-scheme:light dark}"
)
PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of `page`: it has one style, and nothing else."""


def page(schema: dict[str, Any]) -> str:
    """The schema as a page of plain HTML."""
    sections = [
        _operation(path, method, operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    models = [
        f"<details id='{html.escape(name)}'><summary><code>{html.escape(name)}</code> "
        f"{html.escape(model.get('description', ''))}</summary>{_code(model)}</details>"
        for name, model in sorted(schema["components"]["schemas"].items())
    ]
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'><title>Dateline API</title>"
        f"<style>{STYLE}</style>"
        f"<h1>Dateline API</h1><p>{html.escape(schema['info'].get('summary', ''))}</p>"
        "<p>For programs: <a href='/openapi.json'>/openapi.json</a>. Errors are "
        f"<a href='#Problem'>problems</a> (RFC 9457, <code>{MEDIA_TYPE}</code>).</p>"
        f"{''.join(sections)}<h2>Schemas</h2>{''.join(models)}</html>"
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    parts = [
        f"<section><h3><code>{method.upper()} {html.escape(path)}</code></h3>"
        f"<p>{html.escape(operation.get('description', ''))}</p>"
    ]
    rows = [
        f"<tr><td><code>{html.escape(one['name'])}</code><td>{one['in']}"
        f"<td>{html.escape(one.get('description', one['schema'].get('description', '')))}"
        for one in operation.get("parameters", [])
    ]
    if rows:
        parts.append(f"<table>{''.join(rows)}</table>")
    contents = [("Request", operation.get("requestBody", {}))]
    contents += [(f"Response {status}", response) for status, response in operation["responses"].items()]
    for title, holder in contents:
        for media_type, content in holder.get("content", {}).items():
            name = str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
            example = _code(content["example"]) if "example" in content else ""
            about = f"{title} {holder.get('description', '')} <code>{media_type}</code>"
            link = f" <a href='#{html.escape(name)}'>{html.escape(name)}</a>" if name else ""
            parts.append(f"<details><summary>{about}{link}</summary>{example}</details>")
    return "".join(parts) + "</section>"


def _code(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return f"<pre>{html.escape(text)}</pre>"
