"""The YAML file of rules: which channel sees which part of the archive, and who may ask, check and give feedback.

Knows channels and people by Slack's ids, nothing of messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from dateline.api.slack.work import is_direct
from dateline.index.errors import InputError

Action = Literal["ask", "check", "feedback"]
Who = Literal["everyone", "nobody"] | tuple[str, ...]
"""User ids, e.g. `U024BE7LH`."""


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    filter: str | None = None
    """Name of a saved filter; absent: as the workspace's, or the whole archive."""
    ask: Who | None = None
    check: Who | None = None
    feedback: Who | None = None


class _Workspace(_Rules):
    guests: bool = False
    """Whether people of other workspaces may take part, in channels that are shared with them."""
    channels: dict[str, _Rules] = {}
    """By their ids; `direct`: conversations with the app alone."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    workspaces: dict[str, _Workspace] = {}
    """By their ids; `default`: those that are not listed."""


@dataclass(frozen=True, slots=True)
class Place:
    """The rules of one channel."""

    filter: str | None
    """The saved filter that it sees; None: the whole archive."""
    guests: bool
    _who: Mapping[Action, Who]

    def allows(self, action: Action, user: str, *, guest: bool = False) -> bool:
        """Whether a user may do something here. `guest`: the user is from another workspace."""
        who = self._who[action]
        if who == "nobody" or (guest and not self.guests):
            return False
        return who == "everyone" or user in who


class Rules:
    """The parsed file. Without one, everyone may do everything and sees the whole archive."""

    def __init__(self, file: _File = _File()) -> None:  # noqa: B008  # frozen
        self._workspaces = file.workspaces

    def of(self, team: str, channel: str) -> Place:
        """The rules of a channel: its own, else its workspace's."""
        workspace = self._workspaces.get(team) or self._workspaces.get("default") or _Workspace()
        direct = workspace.channels.get("direct") if is_direct(channel) else None
        own = workspace.channels.get(channel) or direct or _Rules()
        actions: tuple[Action, ...] = ("ask", "check", "feedback")
        who: dict[Action, Who] = {
            action: getattr(own, action) or getattr(workspace, action) or "everyone" for action in actions
        }
        return Place(own.filter or workspace.filter, workspace.guests, who)

    def filters(self) -> set[str]:
        """The names of all saved filters in the rules."""
        rules = [rule for one in self._workspaces.values() for rule in (one, *one.channels.values())]
        return {rule.filter for rule in rules if rule.filter is not None}


def read_rules(file: Path | None) -> Rules:
    """The rules of a YAML file (None: no file). Raises `InputError` that names the invalid place."""
    if file is None:
        return Rules()
    try:
        read: Any = yaml.safe_load(file.read_text("utf-8"))
        return Rules(_File.model_validate({} if read is None else read))
    except OSError as error:
        raise InputError(f"{file} can't be read: {error.strerror}", hint="DATELINE_SLACK_RULES names it.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{file} is not valid YAML: {error}", hint="docs/slack.md has an example.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InputError(f"{file}: {place}: {first['msg']}", hint="docs/slack.md has an example.") from error
