"""`dateline eval draft`: proposes gold questions from the archive.

Knows nothing of how they are generated.
"""

from __future__ import annotations

from pathlib import Path

import click

from dateline.api.cli.eval_options import FILE
from dateline.api.cli.options import opened_archive
from dateline.api.terminal import say
from dateline.index.errors import ConflictError


@click.command()
@click.option("--out", required=True, type=FILE, help="JSONL file to write; it must not exist yet.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Maximum number of questions."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed; another seed gives other questions.")
def draft(out: Path, limit: int, seed: int) -> None:
    """Propose gold questions from the archive.

    Each comes with its evidence, for a person to accept, edit or discard.
    """
    from dateline.eval.draft import draft as propose
    from dateline.eval.run import gold_text

    if out.exists():
        raise ConflictError(f"{out} exists already", hint="Name another file; it may hold your edits.")
    with opened_archive() as archive:
        proposed = propose(archive, limit=limit, seed=seed)
    out.write_text(gold_text(proposed), "utf-8")
    say(f"{len(proposed)} questions proposed in {out}; keep those worth asking")
