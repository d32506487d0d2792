"""The app's manifest for api.slack.com/apps, with the scopes and events that it needs.

As https://docs.slack.dev/reference/app-manifest describes. Knows nothing of tokens.
"""

from __future__ import annotations

import json
from typing import Any

from dateline.api.slack.immediate_replies import PROMPTS
from dateline.api.slack.listeners import SHORTCUT

BOT_SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "chat:write",
    "commands",
    "groups:history",
    "im:history",
    "mpim:history",
)
BOT_EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)
NAME = "Dateline"
DESCRIPTION = "Answers questions from a news archive; every sentence cites the exact words of an article."
EVENTS_PATH = "/slack/events"


def manifest(base_url: str | None = None, *, distributed: bool = False) -> dict[str, Any]:
    """The manifest. `base_url`: of the server, where events come by HTTP; None: Socket Mode.

    `distributed`: with the address that several workspaces' installations come back to.
    """
    address = None if base_url is None else f"{base_url.rstrip('/')}{EVENTS_PATH}"
    url = {} if address is None else {"url": address}
    request_url = {} if address is None else {"request_url": address}
    commands = (
        ("/ask", "Ask the archive", "Who won in Ghazni?"),
        ("/check", "Check a text against the archive", "The mayor resigned on Monday."),
    )
    oauth: dict[str, Any] = {"scopes": {"bot": list(BOT_SCOPES)}}
    if distributed and base_url is not None:
        oauth["redirect_urls"] = [f"{base_url.rstrip('/')}/slack/oauth_redirect"]
    return {
        "display_information": {"name": NAME, "description": DESCRIPTION, "background_color": "#1f3a5f"},
        "features": {
            "agent_view": {
                "agent_description": DESCRIPTION,
                "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
            },
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [
                {
                    "name": "Check against archive",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Check this against the archive",
                }
            ],
            "slash_commands": [
                {"command": command, "description": what, "usage_hint": hint, "should_escape": True} | url
                for command, what, hint in commands
            ],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": request_url | {"bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True} | request_url,
            "org_deploy_enabled": False,
            "socket_mode_enabled": base_url is None,
            "token_rotation_enabled": False,
        },
    }


def manifest_json(base_url: str | None = None, *, distributed: bool = False) -> str:
    """The manifest as JSON."""
    return json.dumps(manifest(base_url, distributed=distributed), indent=2)
