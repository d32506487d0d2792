"""Systems under evaluation: Dateline in this process, or a Dateline server by its URL.

Both answer with the Answer on the wire and can show the text of an article, which is all that a run needs. Knows
nothing of gold questions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter

from dateline.index.errors import NotFoundError, RemoteError
from dateline.rag.answer import Answer
from dateline.rag.answerer import Answerer
from dateline.rag.question import Question

TIMEOUT = 120.0
"""Seconds that a server may take for one answer."""
_ANSWER = TypeAdapter(Answer)


class System(Protocol):
    """Something that answers questions. Safe for threads."""

    def about(self) -> dict[str, Any]:
        """What it is, as JSON: settings, models, index snapshot. The same system always says the same."""
        ...

    def ask(self, question: Question) -> dict[str, Any]:
        """The Answer on the wire. Raises `DatelineError` if there is none."""
        ...

    def text(self, article_id: str, revision: int | None = None) -> str:
        """The text of an article, of its current revision or another. Raises `NotFoundError`."""
        ...


class InProcess:
    """Dateline in this process. Answers are not stored."""

    def __init__(self, answerer: Answerer, settings: Mapping[str, Any], *, support: str | None = None) -> None:
        """`support`: the name of the model that an LLM's sentences are checked by; None where no LLM writes."""
        self._answerer = answerer
        self._archive = answerer.searcher.archive
        self._about = {
            "system": "in process",
            "settings": dict(settings),
            "models": {
                "encoder": answerer.searcher.encoder.name,
                "reader": answerer.reader.name,
                "support": support,
            },
            "index_snapshot": answerer.searcher.index_snapshot(),
        }

    def about(self) -> dict[str, Any]:
        """See `System`."""
        return self._about

    def ask(self, question: Question) -> dict[str, Any]:
        """See `System`."""
        answer: dict[str, Any] = _ANSWER.dump_python(self._answerer.answer(question), mode="json", by_alias=True)
        return answer

    def text(self, article_id: str, revision: int | None = None) -> str:
        """See `System`."""
        return self._archive.article(article_id, revision).article.text


class Server:
    """A Dateline server. It stores the answers that it gives, as it does for anybody who asks."""

    def __init__(self, client: httpx.Client) -> None:
        """`client`: with the server's address as its `base_url`."""
        self._client = client

    def about(self) -> dict[str, Any]:
        """See `System`. The models are in each answer's receipt."""
        ready = self._sent("GET", "/readyz")
        return {"system": str(self._client.base_url), "index_snapshot": ready["index_snapshot"]}

    def ask(self, question: Question) -> dict[str, Any]:
        """See `System`."""
        as_of = question.filters.as_of
        asked = {"question": question.text, "asked_at": question.asked_at.isoformat(), "length": question.length}
        return self._sent("POST", "/v1/answers", asked | ({"as_of": as_of.isoformat()} if as_of else {}))

    def text(self, article_id: str, revision: int | None = None) -> str:
        """See `System`."""
        which = f"?revision={revision}" if revision else ""
        text: str = self._sent("GET", f"/v1/articles/{quote(article_id, safe='')}{which}")["text"]
        return text

    def _sent(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        try:
            response = self._client.request(method, path, json=body)
            content = response.json()
        except (httpx.HTTPError, json.JSONDecodeError) as error:
            raise RemoteError(
                f"{self._client.base_url} does not answer {method} {path} ({type(error).__name__})",
                hint="Is it the address of a running `dateline serve`? Run the same command again to continue.",
            ) from error
        if response.status_code == NotFoundError.status:
            raise NotFoundError(f"the server has no {path}")
        if response.is_error or not isinstance(content, dict):
            said = content.get("detail") or content.get("title") if isinstance(content, dict) else content
            raise RemoteError(f"{self._client.base_url} answers {method} {path} with {response.status_code}: {said}")
        return content
