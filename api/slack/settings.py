"""Settings of the Slack app: all `DATELINE_SLACK_*` environment variables, read once, at the entry point.

`make docs` writes a table in docs/settings.md from these fields. Knows nothing of what the settings are used for.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from dateline.api.settings import warn_of_misspelt
from dateline.index.errors import InputError

PREFIX = "DATELINE_SLACK_"
SLACK_API = "https://slack.com/api/"


def _path(value: object) -> object:
    return Path(value).expanduser().absolute() if isinstance(value, str) and value else value


class SlackSettings(BaseSettings):
    """The settings; each field is a variable `DATELINE_SLACK_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    bot_token: SecretStr | None = Field(default=None, description="Bot token of one workspace, `xoxb-…`.")
    app_token: SecretStr | None = Field(
        default=None, description="App-level token with the scope `connections:write`, `xapp-…`, for Socket Mode."
    )
    signing_secret: SecretStr | None = Field(
        default=None, description="Signing secret, for `/slack/events` of `dateline serve`."
    )
    rules: Annotated[Path | None, BeforeValidator(_path)] = Field(
        default=None, description="YAML file: which channel sees which part of the archive, and who may do what."
    )
    page_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/?#]+(?:/[^\s?#]*)?$",
        description="Address of the chat page, e.g. `https://dateline.newsroom.example`; citations link there, "
        "otherwise to the originals.",
    )
    workers: int = Field(default=4, ge=1, le=256, description="Questions that a process answers at once.")
    queue: int = Field(default=500, ge=1, le=100_000, description="Questions that may wait; further ones are refused.")
    client_id: str | None = Field(default=None, description="For several workspaces: the app's client id.")
    client_secret: SecretStr | None = Field(default=None, description="For several workspaces: the client secret.")
    token_key: SecretStr | None = Field(
        default=None, description="For several workspaces: key that encrypts their tokens; see `dateline slack key`."
    )
    api_url: str = Field(
        default=SLACK_API, pattern=r"^https?://\S+/$", description="Address of Slack's Web API; GovSlack has another."
    )

    @property
    def by_oauth(self) -> bool:
        """Whether several workspaces may install the app."""
        return self.client_id is not None

    @property
    def serves_http(self) -> bool:
        """Whether `dateline serve` runs the Slack app."""
        return self.signing_secret is not None and (self.bot_token is not None or self.by_oauth)


def load_slack_settings() -> SlackSettings:
    """The settings from the environment. Raises `InputError` that names the invalid variables."""
    warn_of_misspelt(PREFIX, SlackSettings.model_fields)
    try:
        settings = SlackSettings()
    except ValidationError as error:
        # The value may be a secret: it is not shown.
        wrong = [f"{PREFIX}{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors(include_url=False)]
        raise InputError(
            f"a setting can't be used: {'; '.join(wrong)}", hint="Change that variable, or unset it for the default."
        ) from error
    tokens = (("BOT_TOKEN", settings.bot_token, "xoxb-"), ("APP_TOKEN", settings.app_token, "xapp-"))
    for name, secret, beginning in tokens:
        if secret is not None and not secret.get_secret_value().startswith(beginning):
            raise InputError(f"{PREFIX}{name} does not begin with {beginning}", hint="docs/slack.md says where it is.")
    together = (settings.client_id, settings.client_secret, settings.token_key)
    if any(together) and not all(together):
        raise InputError(
            f"{PREFIX}CLIENT_ID, {PREFIX}CLIENT_SECRET and {PREFIX}TOKEN_KEY belong together",
            hint="Set all three for several workspaces, none for one.",
        )
    return settings


def need_slack() -> None:
    """Raise `InputError` if the extra is not installed."""
    if find_spec("slack_bolt") is None:
        raise InputError("the Slack app needs the extra `slack`", hint="pip install 'dateline[slack]'")


def documented() -> dict[str, tuple[str, str]]:
    """Each variable with its default and its meaning, as the table of docs/slack.md has them."""
    return {
        PREFIX + name.upper(): (str("none" if field.default is None else field.default), field.description or "")
        for name, field in SlackSettings.model_fields.items()
    }
