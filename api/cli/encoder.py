"""`dateline encoder`: show, change and export the encoder of an archive.

Knows nothing of models.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.api.cli.long_run import INTERRUPTED, Shown, in_thread, progress_bar
from dateline.api.terminal import Page, note, say, say_value
from dateline.index.errors import InputError

if TYPE_CHECKING:
    from dateline.index.archive import Archive
    from dateline.index.reencoding import Progress


@click.group()
def encoder() -> None:
    """Show, change or export the encoder of an archive.

    The encoder turns texts into vectors.
    """


@encoder.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def export(folder: Path) -> None:
    """Export the encoder of the settings to DIR.

    The exported encoder runs without PyTorch.
    """
    from dateline.api.settings import load_settings
    from dateline.index import encoder_export

    if folder.exists() and any(folder.iterdir()) and not (folder / "encoder.json").is_file():
        raise InputError(f"{folder} contains other files", hint="Name a new or empty folder.")
    encoder_export.export(load_settings().encoder, folder)
    say(f"the encoder is in {folder}; set DATELINE_ENCODER={folder} to use it")


@encoder.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(as_json: bool) -> None:
    """Show the archive's encoder and any re-encoding under way."""
    from dateline.api.cli.options import opened_archive

    with opened_archive() as archive:
        found = _about(archive)
    if as_json:
        say_value(found)
        return
    page = Page()
    page.line((f"{'encoder':<10}", "dim"), found["encoder"] or "none yet: nothing has been ingested")
    page.line((f"{'from':<10}", "dim"), found["model"] or "DATELINE_ENCODER, or the default")
    if (under_way := found["reencoding"]) is not None:
        page.line(
            (f"{'next':<10}", "dim"),
            f"{under_way['encoder']}: {under_way['done']:,} of {under_way['total']:,} passages; "
            "`dateline encoder use` continues it",
        )


def _about(archive: Archive) -> dict[str, Any]:
    from dateline.index.reencoding import reencoding_of

    under_way = reencoding_of(archive)
    return {
        "encoder": archive.fact("encoder"),
        "model": archive.fact("encoder_model"),
        "reencoding": None if under_way is None else asdict(under_way),
    }


@encoder.command()
@click.argument("model", required=False, metavar="[MODEL]")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.pass_context
def use(ctx: click.Context, model: str | None, as_json: bool) -> None:
    """Re-encode the archive with another encoder.

    MODEL is a folder, or the name of a model that `hf download` has fetched; default: the encoder of the settings.
    The archive keeps its old encoder, for searching and writing, until every passage is encoded; then it switches to
    the new one and remembers MODEL. Ctrl-C stops and keeps what is encoded; the same command continues from there.
    """
    from dateline.api.compose import open_archive, open_bulk_encoder
    from dateline.api.settings import load_settings
    from dateline.index.encoder_export import local_folder
    from dateline.index.reencoding import reencode

    settings = load_settings()
    with closing(open_archive(settings)) as archive:
        folder = None if model is None else local_folder(Path(model).expanduser().absolute())
        named = settings.model_copy(update={"encoder": folder}) if folder is not None else settings
        opened = open_bulk_encoder(named)
        with progress_bar(quiet=as_json) as bar:
            shown = Shown(bar, "passages", lines=bar.disable and not as_json)
            waiting = False

            def tell(progress: Progress) -> None:
                nonlocal waiting
                shown.update(progress.done, progress.total)
                if progress.waiting and not waiting:
                    note("every passage is encoded; waiting for another process that is writing to the archive")
                waiting = progress.waiting

            report = in_thread(lambda stop: reencode(archive, opened, folder, on_progress=tell, stop=stop))
    if as_json:
        say_value(asdict(report))
    elif report.stopped:
        say(f"stopped after {report.passages:,} passages; run the same command again to continue")
    elif report.already:
        say(f"the archive already has the encoder {report.encoder}")
    else:
        say(f"{report.passages:,} passages encoded; the archive now has the encoder {report.encoder}")
        if report.cut:
            note(
                f"{report.cut:,} passages are longer than the {opened.max_tokens} tokens that it reads; their ends are "
                "found by their words only. Ingest into a new DATELINE_HOME to split passages for it."
            )
    if report.stopped:
        ctx.exit(INTERRUPTED)
