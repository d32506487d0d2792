"""Who may do what: every route of the API with the scope that it needs, and what a caller has. The one table of both.

What is not in the table is refused. docs/access.md shows it, and tests make each cell of it real over HTTP. Knows
nothing of how callers are recognised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.routing import compile_path

from dateline.index.errors import ForbiddenError
from dateline.index.filters import Filters
from dateline.index.keys import SCOPES, Scope


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks of its caller."""

    scope: Scope | Literal["any"] | None
    """`any`: a key of whatever scope. None: open to everyone, without a key."""
    whole: bool = False
    """Whether it is about the archive as a whole, so that a key which sees a part of it has no right to it."""


OPEN = Rule(None)
ANY = Rule("any")
READ = Rule("read")
ASK = Rule("ask")
WRITE = Rule("write", whole=True)
ADMIN = Rule("admin", whole=True)
READ_WHOLE = Rule("read", whole=True)

ACCESS: dict[tuple[str, str], Rule] = {
    ("GET", "/"): OPEN,
    ("GET", "/page/{name}"): OPEN,
    ("GET", "/docs"): OPEN,
    ("GET", "/openapi.json"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/v1/caller"): ANY,
    ("POST", "/v1/answers"): ASK,
    ("GET", "/v1/answers/{answer_id}"): READ,
    ("POST", "/v1/answers/{answer_id}/feedback"): ASK,
    ("GET", "/v1/answers/{answer_id}/feedback"): READ,
    ("GET", "/v1/feedback"): READ_WHOLE,
    ("GET", "/v1/conversations"): ASK,
    ("GET", "/v1/conversations/{conversation_id}"): ASK,
    ("GET", "/v1/conversations/{conversation_id}/answers"): ASK,
    ("POST", "/v1/check"): ASK,
    ("POST", "/v1/chat/completions"): ASK,
    ("GET", "/v1/models"): READ,
    ("GET", "/v1/models/{model}"): READ,
    ("POST", "/mcp"): ASK,
    ("POST", "/v1/search"): READ,
    ("GET", "/v1/articles"): READ,
    ("GET", "/v1/articles/{article_id}"): READ,
    ("GET", "/v1/articles/{article_id}/answers"): READ,
    ("GET", "/v1/articles/{article_id}/related"): READ,
    ("GET", "/v1/outlets"): READ,
    ("POST", "/v1/articles"): WRITE,
    ("POST", "/v1/articles/batch"): WRITE,
    ("POST", "/v1/articles/upload"): WRITE,
    ("POST", "/v1/articles/file"): WRITE,
    ("GET", "/v1/jobs/{job_id}"): WRITE,
    ("DELETE", "/v1/articles/{article_id}"): WRITE,
    ("POST", "/v1/articles/{article_id}/reinstate"): WRITE,
    ("POST", "/v1/articles/{article_id}/purge"): ADMIN,
    ("GET", "/v1/sources"): READ_WHOLE,
    ("GET", "/v1/sources/{name}"): READ_WHOLE,
    ("GET", "/v1/sources/{name}/entries"): READ_WHOLE,
    ("PUT", "/v1/sources/{name}"): ADMIN,
    ("DELETE", "/v1/sources/{name}"): ADMIN,
    ("POST", "/v1/sources/{name}/pause"): WRITE,
    ("POST", "/v1/sources/{name}/resume"): WRITE,
    ("POST", "/v1/sources/{name}/run"): WRITE,
    ("GET", "/v1/filters"): READ_WHOLE,
    ("GET", "/v1/filters/{name}"): READ_WHOLE,
    ("PUT", "/v1/filters/{name}"): ADMIN,
    ("DELETE", "/v1/filters/{name}"): ADMIN,
    ("GET", "/v1/status"): READ_WHOLE,
    ("GET", "/metrics"): READ_WHOLE,
    ("GET", "/websub/{subscription_id}"): OPEN,
    ("POST", "/websub/{subscription_id}"): OPEN,
    ("POST", "/slack/events"): OPEN,
    ("GET", "/slack/install"): OPEN,
    ("GET", "/slack/oauth_redirect"): OPEN,
}
"""(method, path) → what it asks. HEAD is as GET."""

_PATTERNS = [
    (compile_path(path)[0], method, rule)
    # Literal paths first: POST /v1/articles/batch is no article of the id “batch”.
    for (method, path), rule in sorted(ACCESS.items(), key=lambda entry: "{" in entry[0][1])
]


def rule_of(method: str, path: str) -> Rule | None:
    """The rule for a request; None where the table has no such route. A slash at the end makes no other route."""
    asked = "GET" if method == "HEAD" else method
    address = path.rstrip("/") or "/"
    return next((rule for pattern, known, rule in _PATTERNS if known == asked and pattern.match(address)), None)


def methods_of(path: str) -> list[str]:
    """The methods that the table has for a path, in order of the alphabet."""
    address = path.rstrip("/") or "/"
    return sorted({method for pattern, method, _ in _PATTERNS if pattern.match(address)})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request, and what they may do."""

    key_id: str | None
    """None: nobody in particular; the server is open, or the route is."""
    scopes: frozenset[Scope]
    part: Filters | None = None
    """The part of the archive that they see; None: all of it."""

    def may(self, rule: Rule) -> bool:
        """Whether a route with this rule is theirs to use. The scope admin implies every other; none else implies any.

        Asking needs no right to read whole articles, nor writing one to ask: a wire's feed may only ever put in.
        """
        if rule.scope is None:
            return True
        if rule.scope == "any":
            return bool(self.scopes)
        if rule.whole and self.part is not None:
            return False
        return rule.scope in self.scopes or "admin" in self.scopes


ANYONE = Caller(None, frozenset())
"""Whoever uses an open route."""
OPERATOR = Caller(None, frozenset(SCOPES))
"""Whoever uses a server without keys: it listens to its own machine, or was told to be open."""


def forbidden(rule: Rule, caller: Caller) -> ForbiddenError:
    """What is said to a caller who may not."""
    if rule.whole and caller.part is not None:
        return ForbiddenError(
            "this is about the whole archive, and the key sees a part of it", hint="Use a key without a filter."
        )
    return ForbiddenError(
        f"this needs a key with the scope {rule.scope}", hint=f"`dateline keys create NAME --scope {rule.scope}`"
    )
