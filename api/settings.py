"""Settings: all `DATELINE_*` environment variables but the Slack app's, read once, at the entry point.

`make docs` writes docs/settings.md from these fields. Knows nothing of what the settings are used for.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dateline.index.errors import InputError

log = logging.getLogger(__name__)

PREFIX = "DATELINE_"
DEVELOPMENT_DATA = "DATELINE_DEV_DATA"
"""Of the benchmarks and tests, and no setting."""
NEAR = 0.85
"""Least similarity of a misspelt name to that of a setting, by `difflib`."""
_warned: set[str] = set()


def _folder(value: object) -> object:
    """An absolute path with `~` expanded, so that messages name it in full."""
    return Path(value).expanduser().absolute() if isinstance(value, str | Path) and str(value) else value


def _xdg(variable: str, default: str) -> Path:
    """A folder of the XDG Base Directory Specification, which ignores relative paths."""
    named = Path(os.environ.get(variable, ""))
    return (named if named.is_absolute() else Path.home() / default) / "dateline"


def _names(value: object) -> object:
    """A tuple from a comma-separated list."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _rate(value: str | None) -> str | None:
    """A valid rate."""
    if value is not None:
        from dateline.api.rates import rate_of

        try:
            rate_of(value)
        except ValueError as error:
            raise ValueError("not a rate; write it as 60/minute, 1000/day or 10/5 seconds") from error
    return value


def _origin(value: str) -> str:
    """An origin in the form that browsers send."""
    if not re.fullmatch(r"https?://[^/\s*]+", value):
        raise ValueError("not an origin; write it as https://newsroom.example, without a path")
    return value.lower()


Folder = Annotated[Path, BeforeValidator(_folder)]
Hosts = Annotated[tuple[Annotated[str, AfterValidator(str.lower)], ...], NoDecode, BeforeValidator(_names)]
Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_names)]


class Settings(BaseSettings):
    """The settings; each field is a variable `DATELINE_` + its name in capitals."""

    # An empty variable counts as unset: `docker run -e DATELINE_HOME=` and compose files make such.
    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    home: Folder = Field(
        default_factory=lambda: _xdg("XDG_DATA_HOME", ".local/share"),
        description="Folder of the archive and its indexes.",
        json_schema_extra={"shown": "~/.local/share/dateline"},
    )
    encoder: Annotated[Path | None, BeforeValidator(_folder)] = Field(
        default=None,
        description="Folder of an embedding model, as sentence-transformers or `dateline encoder export` writes it, or "
        "the name of one in Hugging Face's cache. A re-encoded archive (`dateline encoder use`) has its own.",
        json_schema_extra={"shown": "all-MiniLM-L6-v2"},
    )
    reader: Annotated[Path | None, BeforeValidator(_folder)] = Field(
        default=None,
        description="Folder of a question-answering model or a cross-encoder that replaces the embedded reader.",
        json_schema_extra={"shown": "Dateline's own"},
    )
    answer_words: int = Field(
        default=180,
        ge=20,
        le=1_000,
        description="Most words in an answer of medium length to “why”, “how” and list questions; a single fact takes "
        "at most 60.",
    )
    llm_base_url: str | None = Field(
        default=None,
        pattern=r"^https?://(?:[^\s/@]+@)?(?:\[[0-9A-Fa-f:.]+\]|[^\s\[\]/:?#]+)(?::\d{1,5})?(?:/\S*)?$",
        description="Address of an OpenAI-compatible server whose model answers, e.g. `http://localhost:11434/v1`.",
        json_schema_extra={"shown": "none: the reader answers"},
    )
    llm_model: str | None = Field(
        default=None,
        description="The model's name on that server. Without an address, a model on this machine: the name that it "
        "was pulled by, or the path of a `.gguf` file.",
        json_schema_extra={"shown": "none"},
    )
    llm_api_key: SecretStr | None = Field(
        default=None, description="API key for that server, if it needs one.", json_schema_extra={"shown": "none"}
    )
    llm_style: Literal["off", "quotes", "prose"] | None = Field(
        default=None,
        description="Who answers by default: `off`, the embedded reader; `quotes`, the LLM in the articles' "
        "words; `prose`, the LLM in its own words, each sentence checked.",
        json_schema_extra={"shown": "`quotes` with a model on this machine, `prose` with a server"},
    )
    llm_verifies: Literal["off", "drafts", "all"] = Field(
        default="drafts",
        description="What the LLM verifies, after the support check: `drafts`, texts to be checked; `all`, also "
        "its own sentences in the style `prose`, which then arrive later; `off`, nothing.",
    )
    llm_excerpt_tokens: int | None = Field(
        default=None,
        ge=100,
        le=100_000,
        description="Most tokens of article text that the LLM is shown; fewer when there is no time to read them.",
        json_schema_extra={"shown": "450 with a model on this machine, 2,600 with a server"},
    )
    llm_timeout: float = Field(
        default=30,
        gt=0,
        le=600,
        description="Seconds for a whole answer with an LLM. The LLM gets the time that search and reading leave, "
        "retries included; then the reader answers instead. Also the limit for the LLM's checks of a draft from HTTP "
        "or Slack; then the support check decides alone.",
    )
    llm_max_tokens: int = Field(default=1_000, ge=16, le=100_000, description="Most tokens in a completion.")
    llm_temperature: float = Field(default=0, ge=0, le=2, description="Sampling temperature of the LLM.")
    llm_context: int = Field(
        default=4_096,
        ge=512,
        le=1_000_000,
        description="Most tokens of prompt and completion together, for a model on this machine. More tokens need more "
        "memory.",
    )
    llm_threads: int | None = Field(
        default=None,
        ge=1,
        le=512,
        description="Threads for a model on this machine.",
        json_schema_extra={"shown": "one per physical core"},
    )
    store_answers: bool = Field(
        default=True,
        description="`false`: questions, answers and conversations are not stored, so there are no permalinks and no "
        "follow-up questions.",
        json_schema_extra={"shown": "true"},
    )
    retain_answers_days: int | None = Field(
        default=None,
        ge=1,
        le=36_500,
        description="Days after which `dateline serve` and `dateline slack run` erase answers with their feedback and "
        "conversations.",
        json_schema_extra={"shown": "none: never"},
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        default="auto",
        description="Where the encoder runs; `auto`: ingest on an NVIDIA GPU if there is one, all else on the CPU.",
    )
    cache: Folder = Field(
        default_factory=lambda: _xdg("XDG_CACHE_HOME", ".cache"),
        description="Folder for converted and downloaded models, shared by all archives; it can be deleted.",
        json_schema_extra={"shown": "~/.cache/dateline"},
    )
    host: str = Field(default="127.0.0.1", description="Address that `dateline serve` listens on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port that `dateline serve` listens on; 0: any free one."
    )
    allow_open: bool = Field(
        default=False,
        description="Whether `dateline serve` may listen on addresses that other machines can reach while there is no "
        "API key.",
        json_schema_extra={"shown": "false"},
    )
    allowed_hosts: Hosts = Field(
        default=(),
        description="Host names that a server without keys accepts, separated by commas.",
        json_schema_extra={"shown": "localhost and IP addresses"},
    )
    cors_origins: Origins = Field(
        default=(),
        description="Origins whose pages may use the API from a browser, e.g. `https://newsroom.example`.",
        json_schema_extra={"shown": "none"},
    )
    rate_limit: Annotated[str | None, AfterValidator(_rate)] = Field(
        default=None,
        description="Most requests per API key, e.g. `60/minute`; without keys, per IP address.",
        json_schema_extra={"shown": "none"},
    )
    max_body_bytes: int = Field(
        default=1_000_000,
        ge=10_000,
        le=1_000_000_000,
        description="Largest request body; an article may have 20 MB, a batch of articles 50 MB.",
    )
    max_upload_bytes: int = Field(
        default=1_000_000_000, ge=10_000, le=100_000_000_000, description="Largest uploaded file of articles."
    )
    request_timeout: float = Field(
        default=120, gt=0, le=3_600, description="Seconds until a response must start; then 504."
    )
    workers: int = Field(default=1, ge=1, le=64, description="Processes that serve the archive.")
    concurrency: int | None = Field(
        default=None,
        ge=1,
        le=1_000,
        description="Answers and searches that a process runs at once; more with an LLM, because most wait for it.",
        json_schema_extra={"shown": "4; 256 with an LLM"},
    )
    queue: int = Field(default=64, ge=0, le=10_000, description="Requests that may wait; further ones get a 503.")
    serve_sources: bool = Field(
        default=True,
        description="`false`: `dateline serve` doesn't watch sources; `dateline watch` can do it instead.",
        json_schema_extra={"shown": "true"},
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/?#@]+(?:/[^\s?#]*)?$",
        description="Where WebSub hubs reach `dateline serve`, e.g. `https://dateline.newsroom.example`; with it feeds "
        "are subscribed to at the hubs that they name.",
        json_schema_extra={"shown": "none: feeds are only polled"},
    )
    fetch_allowed_hosts: Hosts = Field(
        default=(),
        description="Hosts with private addresses from which sources may be fetched, separated by commas: "
        "`feeds.intranet` or `127.0.0.1:8080`.",
        json_schema_extra={"shown": "none: public addresses only"},
    )
    fetch_max_bytes: int = Field(
        default=20_000_000,
        ge=10_000,
        le=1_000_000_000,
        description="Most bytes of a feed or page, also when decompressed.",
    )
    fetch_pause: float = Field(
        default=2, ge=0, le=3_600, description="Seconds between two requests to one host; robots.txt may ask for more."
    )
    fetch_user_agent: str = Field(
        default="Dateline/0.1",
        pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?(?: \([\x20-\x27\x2a-\x7e]*\))?$",
        description="`User-Agent` for fetching; a contact address lets publishers write to you: "
        "`Dateline/0.1 (+mailto:desk@newsroom.example)`. robots.txt is read for the first word.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="Format of the log: `text` or `json`, one line per entry, on stderr."
    )
    log_questions: bool = Field(
        default=False,
        description="Whether the log contains questions; they can reveal a newsroom's sources.",
        json_schema_extra={"shown": "false"},
    )

    @property
    def llm_is_local(self) -> bool:
        """Whether the LLM is a model on this machine."""
        return self.llm_model is not None and self.llm_base_url is None

    @property
    def llm_name(self) -> str | None:
        """The LLM's name, as in receipts; for a file its stem; None: no LLM."""
        is_file = self.llm_is_local and str(self.llm_model).lower().endswith(".gguf")
        return Path(str(self.llm_model)).stem if is_file else self.llm_model


def load_settings() -> Settings:
    """The settings from the environment. Raises `InputError` that names the invalid variables."""
    warn_of_misspelt(PREFIX, Settings.model_fields)
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [
            f"{PREFIX}{str(problem['loc'][0]).upper()}={problem['input']!s}: {_said(problem)}"
            for problem in error.errors(include_url=False)
        ]
        raise InputError(
            f"a setting can't be used: {'; '.join(wrong)}", hint="Change that variable, or unset it for the default."
        ) from error
    if settings.llm_base_url is not None and settings.llm_model is None:
        raise InputError(
            f"{PREFIX}LLM_BASE_URL is set, and {PREFIX}LLM_MODEL is not",
            hint="Set both for a server, the model alone for one on this machine, or neither for the embedded reader.",
        )
    return settings


def misspelt(environment: Iterable[str], prefix: str, fields: Iterable[str]) -> dict[str, str]:
    """Variables that are probably misspelt → the setting that is probably meant.

    Only with a setting of nearly that name: container platforms set variables of their own, such as
    DATELINE_SERVICE_HOST.
    """
    known = [prefix + name.upper() for name in fields]
    unknown = (name for name in environment if name.startswith(prefix) and name not in (*known, DEVELOPMENT_DATA))
    near = {name: get_close_matches(name, known, 1, NEAR) for name in sorted(unknown)}
    return {name: found[0] for name, found in near.items() if found}


def warn_of_misspelt(prefix: str, fields: Iterable[str]) -> None:
    """Log each variable of the environment that is probably misspelt, once."""
    for name, meant in misspelt(os.environ, prefix, fields).items():
        if name not in _warned:
            _warned.add(name)
            log.warning("there is no setting %s, and it is ignored; did you mean %s?", name, meant)


def _said(problem: ErrorDetails) -> str:
    """Pydantic's message, without a regular expression."""
    is_address = "http" in str(problem.get("ctx", {}).get("pattern"))
    return "not an http or https address" if is_address else problem["msg"]


def traces_wanted(environment: Mapping[str, str]) -> bool:
    """Whether OpenTelemetry's own variables name an exporter."""
    exporter = environment.get("OTEL_TRACES_EXPORTER", "")
    endpoint = environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or environment.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    off = exporter == "none" or environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return not off and (exporter == "otlp" or bool(endpoint))


def documented() -> dict[str, tuple[str, str]]:
    """Variable → default and meaning, for docs/settings.md."""
    table = {}
    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra
        shown = extra.get("shown") if isinstance(extra, dict) else None
        table[PREFIX + name.upper()] = (str(shown or field.default), field.description or "")
    return table
