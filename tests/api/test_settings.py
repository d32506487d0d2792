"""Settings: defaults by XDG, errors that name the variable."""

import re
from pathlib import Path

import pytest

from dateline.api.compose import (
    local_model,
    local_model_state,
    open_llm,
    own_model_server,
)  # fmt: skip
from dateline.api.http.guard import AccessPolicy
from dateline.api.http.middleware import Limits
from dateline.api.http.worker import access_policy_of, limits_of
from dateline.api.rates import rates_of
from dateline.api.settings import documented, load_settings, misspelt
from dateline.index.errors import InputError
from dateline.rag.generation.llm import LlmServer
from dateline.rag.generation.model_server import LocalModel
from dateline.rag.generation.server_state import ServerState
from dateline.rag.reading.sentence_choice import OTHER_WORDS
from tests.rag.generation.tiny_model import write_tiny_model


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)


def test_defaults() -> None:
    settings = load_settings()
    assert settings.home == Path("/home/ada/.local/share/dateline")
    assert settings.cache == Path("/home/ada/.cache/dateline")
    assert (settings.encoder, settings.reader, settings.device) == (None, None, "auto")
    assert settings.answer_words == 180
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_xdg_folders_hold_unless_relative(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    assert load_settings().home == Path("/data/dateline")
    assert load_settings().cache == Path("/home/ada/.cache/dateline")


def test_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_HOME", "~/news")
    monkeypatch.setenv("DATELINE_ENCODER", "models/own")
    monkeypatch.setenv("DATELINE_READER", "~/models/reader")
    monkeypatch.setenv("DATELINE_ANSWER_WORDS", "90")
    monkeypatch.setenv("DATELINE_DEVICE", "cuda")
    monkeypatch.setenv("DATELINE_PORT", "0")
    settings = load_settings()
    assert settings.home == Path("/home/ada/news")
    assert settings.encoder == Path.cwd() / "models/own"
    assert settings.reader == Path("/home/ada/models/reader")
    assert (settings.device, settings.port, settings.answer_words) == ("cuda", 0, 90)


def test_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in documented():
        monkeypatch.setenv(name, "")
    assert load_settings().home == Path("/home/ada/.local/share/dateline")
    assert (load_settings().encoder, load_settings().reader, load_settings().answer_words) == (None, None, 180)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("DEVICE", "tpu"),
        ("ANSWER_WORDS", "19"),
        ("ANSWER_WORDS", "1001"),
        ("ANSWER_WORDS", "few"),
        ("LLM_BASE_URL", "localhost:11434"),
        ("LLM_BASE_URL", "http://[::1/v1"),
        ("LLM_TIMEOUT", "0"),
        ("LLM_STYLE", "verse"),
        ("LLM_EXCERPT_TOKENS", "0"),
        ("LLM_MAX_TOKENS", "1"),
        ("LLM_TEMPERATURE", "-1"),
        ("ALLOW_OPEN", "perhaps"),
        ("CORS_ORIGINS", "newsroom.example"),
        ("CORS_ORIGINS", "https://newsroom.example/page"),
        ("CORS_ORIGINS", "https://"),
        ("RATE_LIMIT", "60"),
        ("RATE_LIMIT", "0/minute"),
        ("MAX_BODY_BYTES", "9999"),
        ("MAX_UPLOAD_BYTES", "9999"),
        ("REQUEST_TIMEOUT", "0"),
        ("WORKERS", "0"),
        ("CONCURRENCY", "0"),
        ("QUEUE", "-1"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"DATELINE_{name}", value)
    with pytest.raises(InputError, match=re.escape(f"DATELINE_{name}={value}: ")):
        load_settings()


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_ALLOWED_HOSTS", "Dateline, news.local,")
    monkeypatch.setenv("DATELINE_CORS_ORIGINS", "https://newsroom.example,http://localhost:3000")
    monkeypatch.setenv("DATELINE_RATE_LIMIT", "60/minute")
    monkeypatch.setenv("DATELINE_ALLOW_OPEN", "1")
    settings = load_settings()
    assert settings.allow_open
    policy = access_policy_of(settings, rates_of(settings.rate_limit))
    assert policy.hosts == ("dateline", "news.local")
    assert policy.origins == ("https://newsroom.example", "http://localhost:3000")
    assert policy.rates is not None
    assert policy.rates.count("x").rate == "60 per 1 minute"


def test_default_limits_and_access_policy() -> None:
    assert limits_of(load_settings()) == Limits()
    assert access_policy_of(load_settings(), rates_of(load_settings().rate_limit)) == AccessPolicy()


def test_llm(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_llm(load_settings()) is None
    monkeypatch.setenv("DATELINE_LLM_BASE_URL", "http://localhost:11434/v1")
    with pytest.raises(InputError, match="DATELINE_LLM_BASE_URL is set, and DATELINE_LLM_MODEL is not"):
        load_settings()
    monkeypatch.setenv("DATELINE_LLM_MODEL", "llama3.2")
    for name, value in (("API_KEY", "sk-secret"), ("TIMEOUT", "2.5"), ("MAX_TOKENS", "99"), ("TEMPERATURE", "0.5")):
        monkeypatch.setenv(f"DATELINE_LLM_{name}", value)
    settings = load_settings()
    assert "sk-secret" not in repr(settings) + settings.model_dump_json()
    llm = open_llm(settings)
    assert llm is not None
    assert llm.server == LlmServer("http://localhost:11434/v1", "llama3.2", "sk-secret", 2.5, 99, 0.5)
    assert "sk-secret" not in repr(llm.server)


def test_a_model_on_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "tiny.gguf")
    monkeypatch.setenv("DATELINE_LLM_MODEL", str(model))
    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path / "cache"))
    settings = load_settings()
    assert settings.llm_is_local
    assert local_model(settings) == LocalModel(model, 4_096, None)
    assert local_model_state(settings, 0.0) == ServerState("tiny")
    servers = own_model_server(settings)
    assert servers is not None
    with servers:
        llm = open_llm(settings, servers)
        assert llm is not None
        assert (llm.name, llm.context, llm.speed) == ("tiny", 4_096, None)
        assert llm.state == ServerState("tiny")
    monkeypatch.setenv("DATELINE_LLM_BASE_URL", "http://localhost:11434/v1")
    assert not load_settings().llm_is_local
    assert own_model_server(load_settings()) is None
    assert local_model(load_settings()) is None


def test_every_setting_is_documented() -> None:
    table = documented()
    asked = (
        "LLM_BASE_URL",
        "LLM_MODEL",
        "LLM_API_KEY",
        "LLM_STYLE",
        "LLM_VERIFIES",
        "LLM_EXCERPT_TOKENS",
        "LLM_TIMEOUT",
        "LLM_MAX_TOKENS",
        "LLM_TEMPERATURE",
    )
    llm = (*asked, "LLM_CONTEXT", "LLM_THREADS")
    policy = ("ALLOW_OPEN", "ALLOWED_HOSTS", "CORS_ORIGINS", "RATE_LIMIT")
    limits = ("MAX_BODY_BYTES", "MAX_UPLOAD_BYTES", "REQUEST_TIMEOUT")
    names = (
        "HOME",
        "ENCODER",
        "READER",
        "ANSWER_WORDS",
        *llm,
        "STORE_ANSWERS",
        "RETAIN_ANSWERS_DAYS",
        "DEVICE",
        "CACHE",
        "HOST",
        "PORT",
        *policy,
        *limits,
        "WORKERS",
        "CONCURRENCY",
        "QUEUE",
        "SERVE_SOURCES",
        "PUBLIC_URL",
        "FETCH_ALLOWED_HOSTS",
        "FETCH_MAX_BYTES",
        "FETCH_PAUSE",
        "FETCH_USER_AGENT",
        "LOG_FORMAT",
        "LOG_QUESTIONS",
    )
    assert list(table) == [f"DATELINE_{name}" for name in names]
    assert all(default and meaning.endswith(".") for default, meaning in table.values())
    assert table["DATELINE_HOME"][0] == "~/.local/share/dateline"
    assert table["DATELINE_PORT"][0] == "8000"
    assert (table["DATELINE_READER"][0], table["DATELINE_ANSWER_WORDS"][0]) == ("Dateline's own", "180")


def test_a_medium_answer_has_the_words_of_an_answerer_that_nothing_is_said_to() -> None:
    assert load_settings().answer_words == OTHER_WORDS


def test_a_misspelt_variable_is_named_once(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATELINE_ENCODR", "DATELINE_DEV_DATA", "DATELINE_SERVICE_HOST", "DATELINE_SLACK_BOT_TOKEN"):
        monkeypatch.setenv(name, "1")
    load_settings()
    load_settings()
    said = [record.getMessage() for record in caplog.records]
    assert said == ["there is no setting DATELINE_ENCODR, and it is ignored; did you mean DATELINE_ENCODER?"]


def test_names_that_are_near_a_setting() -> None:
    names = ["DATELINE_PROT", "DATELINE_MODEL", "DATELINE_HOME", "DATELINE_PORT_8000_TCP", "HOME"]
    found = misspelt(names, "DATELINE_", ["port", "llm_model", "home"])
    assert found == {"DATELINE_MODEL": "DATELINE_LLM_MODEL", "DATELINE_PROT": "DATELINE_PORT"}
