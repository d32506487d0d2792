"""Errors of Slack's Web API as Dateline's errors, and the meaning of its error codes.

Codes are those of https://docs.slack.dev/reference/methods. Knows nothing of calls.
"""

from __future__ import annotations

from dateline.index.errors import RemoteError

STREAM_OVER = frozenset({"message_not_in_streaming_state", "message_not_owned_by_app", "message_not_found"})
"""The stream can't be written to any more: it expired, or Slack stopped it."""
NO_STREAM = frozenset({"ratelimited", "channel_type_not_supported", "method_not_supported_for_channel_type"})
"""No stream can be started, but a message can be posted."""
TOKEN = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "no_permission",
    }
)
"""The token is invalid or lacks rights: nothing works until that is fixed."""
PLACE = frozenset(
    {"is_archived", "channel_not_found", "not_in_channel", "restricted_action", "cannot_reply_to_message"}
    | {"thread_not_found", "restricted_action_thread_locked", "restricted_action_read_only_channel"}
)
"""This channel or thread can't be written to."""

_WORDS = {
    "is_archived": "the channel is archived",
    "channel_not_found": "the app can't see the channel",
    "not_in_channel": "the app is not in the channel",
    "token_revoked": "the bot token was revoked",
    "invalid_auth": "the bot token is not valid",
    "account_inactive": "the app was removed from the workspace",
}
_HINTS = {
    "not_in_channel": "Invite it: /invite @Dateline.",
    "channel_not_found": "Invite it: /invite @Dateline.",
    "missing_scope": "Paste the manifest of `dateline slack manifest` into the app's settings and install it again.",
    "is_archived": "Unarchive the channel, or ask somewhere else.",
}


class SlackError(RemoteError):
    """Slack refuses a call. `code`: Slack's error code, e.g. `is_archived`."""

    title = "Slack refuses a call"

    code = ""
    retry_after = 0.0
    """Seconds to wait if the code is `ratelimited`."""

    @classmethod
    def of(cls, method: str, code: str, *, needed: str | None = None) -> SlackError:
        """The error for this code of `method`. `needed`: the missing scope."""
        words = f"the app lacks the scope {needed}" if code == "missing_scope" and needed else _WORDS.get(code, code)
        hint = _HINTS.get(code, "`dateline slack doctor` says what is missing.")
        error = cls(f"Slack refuses {method}: {words}", hint=hint)
        error.code = code
        return error


class SlackUnreachableError(RemoteError):
    """Slack can't be reached or fails; whether it executed the call is unknown."""

    title = "Slack can't be reached"

    code = "unreachable"

    @classmethod
    def of(cls, method: str) -> SlackUnreachableError:
        """The error for a call of `method` without a response."""
        return cls(f"Slack does not answer {method}", hint="Dateline tries again; status.slack.com says more.")
