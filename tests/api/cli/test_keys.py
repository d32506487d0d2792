"""`dateline keys` and `dateline filters`."""

import json

import pytest

from dateline.index.keys import find_key
from tests.api.conftest import BRIDGE, CHESS, RIVER, CommandLine
from tests.articles import opened, record, take_in


@pytest.fixture
def stocked(bare: CommandLine) -> CommandLine:
    """The command line over three articles."""
    with opened(bare.home) as archive:
        take_in(
            archive,
            record("river", RIVER, outlet="Larkfield Gazette"),
            record("chess", CHESS, outlet="Harbor Post"),
            record("bridge", BRIDGE, outlet="Harbor Post", published=None),
        )
    return bare


def test_a_key_is_shown_once(stocked: CommandLine) -> None:
    made = stocked("keys", "create", "Slack, sports desk", "--scope", "ask", "--scope", "read")
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert secret.startswith("dl_")
    with opened(stocked.home) as archive:
        found = find_key(archive, secret)
    assert found is not None
    assert made.stderr == f"{found.key.id} for Slack, sports desk; keep it, it can't be shown again\n"
    listed = stocked("keys", "list")
    assert secret not in listed.output
    line = f"{found.key.id}  Slack, sports desk  …{secret[-4:]}  read ask  since {found.key.created:%Y-%m-%d}"
    assert listed.stdout.strip() == line
    assert stocked("keys", "revoke", found.key.id).stdout == f"{found.key.id} for Slack, sports desk is revoked\n"
    assert "revoked" in stocked("keys", "list").stdout
    with opened(stocked.home) as archive:
        assert find_key(archive, secret) is None


def test_keys_for_machines(stocked: CommandLine) -> None:
    assert stocked("filters", "save", "harbor", "--outlet", "Harbor Post").exit_code == 0
    made = stocked("keys", "create", "x", "--scope", "read", "--filter", "harbor", "--json")
    key = json.loads(made.stdout)
    (listed,) = json.loads(stocked("keys", "list", "--json").stdout)
    assert key == listed | {"key": key["key"]}
    assert (listed["scopes"], listed["filter"], listed["revoked"]) == (["read"], "harbor", None)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("create", "x", "--scope", "root"), 2, "there is no scope root"),
        (("create", "x"), 2, "Missing option '--scope'"),
        (("create", "x", "--scope", "read", "--filter", "no"), 3, "there is no saved filter 'no'"),
        (("revoke", "key_0"), 3, "there is no key 'key_0'"),
    ],
)
def test_keys_that_cannot_be(bare: CommandLine, words: tuple[str, ...], code: int, message: str) -> None:
    result = bare("keys", *words)
    assert (result.exit_code, message in result.stderr) == (code, True)


def test_a_filter_narrows_a_list(stocked: CommandLine) -> None:
    saved = stocked("filters", "save", "harbor", "--outlet", "harbor post", "--from", "2021-01-01", "--language", "en")
    assert saved.exit_code == 0, saved.output
    assert stocked("filters", "list").stdout == "harbor  from 2021-01-01; outlets harbor post; languages en\n"
    assert json.loads(stocked("filters", "list", "--json").stdout)[0]["filters"]["outlets"] == ["harbor post"]
    listed = json.loads(stocked("articles", "list", "--filter", "harbor", "--json").stdout)
    assert [article["id"] for article in listed["articles"]] == ["chess"]
    both = stocked("articles", "list", "--filter", "harbor", "--outlet", "Larkfield Gazette")
    assert (both.exit_code, both.stdout) == (0, "")
    assert stocked("articles", "list", "--filter", "no").exit_code == 3
    assert stocked("filters", "delete", "harbor").exit_code == 0
    assert stocked("filters", "delete", "harbor").exit_code == 3
    assert stocked("filters", "save", "all").exit_code == 2


@pytest.mark.slow
def test_asking_within_a_filter(dateline: CommandLine) -> None:
    with opened(dateline.home):
        pass
    assert dateline("filters", "save", "harbor", "--outlet", "Harbor Post").exit_code == 0
    assert dateline("ask", "Who won the chess title?", "--filter", "no").exit_code == 3
    asked = dateline("ask", "Who won the chess title?", "--filter", "harbor", "--json")
    assert json.loads(asked.stdout)["status"] == "refused"
