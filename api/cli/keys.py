"""`dateline keys`: create, list and revoke API keys. A key is shown once, when it is created.

Knows nothing of how keys are stored or what their scopes allow.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from dateline.api.cli.options import opened_archive
from dateline.api.terminal import Page, note, say, say_value

if TYPE_CHECKING:
    from dateline.index.keys import Key


@click.group()
def keys() -> None:
    """Create, list and revoke API keys.

    `dateline serve` needs a key with each request as soon as there is one.
    """


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help="read, ask, write or admin; may be repeated. Only admin includes the others.",
)
@click.option(
    "--filter",
    "saved_filter",
    metavar="NAME",
    help="Saved filter that the key is restricted to; `dateline filters save` makes one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create(name: str, scopes: tuple[str, ...], saved_filter: str | None, as_json: bool) -> None:
    """Create a key for NAME and print it.

    NAME is a person or a program. The key is shown once; only its hash is stored.
    """
    from dateline.index.keys import create_key

    with opened_archive(create=True) as archive:
        made = create_key(archive, name, scopes, datetime.now(UTC), saved_filter_name=saved_filter)
    if as_json:
        say_value(_as_json(made.key) | {"key": made.secret})
        return
    say(made.secret)
    note(f"{made.key.id} for {name}; keep it, it can't be shown again")


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(as_json: bool) -> None:
    """List all keys, oldest first, revoked ones included."""
    from dateline.index.keys import all_keys

    with opened_archive(create=True) as archive:
        found = all_keys(archive)
    if as_json:
        say_value([_as_json(key) for key in found])
        return
    page = Page()
    for key in found:
        seen = f", only {key.saved_filter}" if key.saved_filter else ""
        state = f"revoked {key.revoked:%Y-%m-%d}" if key.revoked else f"since {key.created:%Y-%m-%d}"
        page.line((key.id, "cyan"), f"  {key.name}  …{key.ending}  {' '.join(key.scopes)}{seen}  {state}")


@keys.command()
@click.argument("key_id", metavar="ID")
def revoke(key_id: str) -> None:
    """Revoke the key ID, at once and for good."""
    from dateline.index.keys import revoke_key

    with opened_archive(create=True) as archive:
        revoked = revoke_key(archive, key_id, datetime.now(UTC))
    say(f"{revoked.id} for {revoked.name} is revoked")


def _as_json(key: Key) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "ending": key.ending,
        "scopes": list(key.scopes),
        "filter": key.saved_filter,
        "created": key.created.isoformat(),
        "revoked": key.revoked and key.revoked.isoformat(),
    }
