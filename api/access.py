"""The table of routes with the scope that each needs, and whether a caller has it.

Routes that are not in the table are refused. docs/access.md shows the table, and a test tries each cell over HTTP.
Knows nothing of how callers are authenticated.
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
    """What a route requires of its caller."""

    scope: Scope | Literal["any"] | None
    """`any`: a key of any scope. None: open to everyone, without a key."""
    whole: bool = False
    """Whether it covers the whole archive, so that keys restricted to a part of it may not use it."""


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
"""(method, path) → rule. HEAD is as GET."""

_PATTERNS = [
    (compile_path(path)[0], method, rule)
    # Literal paths first: POST /v1/articles/batch is no article of the id “batch”.
    for (method, path), rule in sorted(ACCESS.items(), key=lambda entry: "{" in entry[0][1])
]


def rule_of(method: str, path: str) -> Rule | None:
    """The rule for a request; None if the table has no such route. A slash at the end makes no difference."""
    asked = "GET" if method == "HEAD" else method
    address = path.rstrip("/") or "/"
    return next((rule for pattern, known, rule in _PATTERNS if known == asked and pattern.match(address)), None)


def methods_of(path: str) -> list[str]:
    """The methods of a path, in alphabetical order."""
    address = path.rstrip("/") or "/"
    found = {method for pattern, method, _ in _PATTERNS if pattern.match(address)}
    return sorted(found | {"HEAD"} if "GET" in found else found)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request, and what they may do."""

    key_id: str | None
    """None: anonymous; the server or the route is open."""
    scopes: frozenset[Scope]
    part: Filters | None = None
    """The part of the archive that they see; None: all of it."""

    def may(self, rule: Rule) -> bool:
        """Whether they may use a route with this rule. The scope admin implies all others; no other implies any.

        So a key that asks need not read whole articles, and a feed's key can be restricted to writing.
        """
        if rule.scope is None:
            return True
        if rule.scope == "any":
            return bool(self.scopes)
        if rule.whole and self.part is not None:
            return False
        return rule.scope in self.scopes or "admin" in self.scopes


ANYONE = Caller(None, frozenset())
"""The caller of an open route."""
OPERATOR = Caller(None, frozenset(SCOPES))
"""The caller of a server without keys, which listens on its own machine or is explicitly open."""


def forbidden(rule: Rule, caller: Caller) -> ForbiddenError:
    """The error for a caller without the right."""
    if rule.whole and caller.part is not None:
        return ForbiddenError(
            "this is about the whole archive, and the key sees a part of it", hint="Use a key without a filter."
        )
    return ForbiddenError(
        f"this needs a key with the scope {rule.scope}", hint=f"`dateline keys create NAME --scope {rule.scope}`"
    )
