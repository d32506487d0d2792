"""`dateline eval draft`: gold questions proposed from the archive.

Knows nothing of how they are made.
"""

from __future__ import annotations

from pathlib import Path

import click

from dateline.api.cli.eval_options import FILE
from dateline.api.cli.options import opened_archive
from dateline.api.terminal import say
from dateline.index.errors import ConflictError


@click.command()
@click.option("--out", required=True, type=FILE, help="The JSONL file to write; it must not be there yet.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most so many.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other proposals.")
def draft(out: Path, limit: int, seed: int) -> None:
    """Propose gold questions from the archive, each with its evidence, for a person to accept, edit or throw away."""
    from dateline.eval.draft import draft as propose
    from dateline.eval.run import gold_text

    if out.exists():
        raise ConflictError(f"{out} is there already", hint="Name another file; edited ones are kept.")
    with opened_archive() as archive:
        proposed = propose(archive, limit=limit, seed=seed)
    out.write_text(gold_text(proposed), "utf-8")
    say(f"{len(proposed)} questions proposed in {out}; keep those worth asking")
