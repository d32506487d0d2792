"""The command line `dateline`: the group of all commands, and its error handling.

Knows nothing of what the commands do. They import heavy modules when they run, so that `--help` is instant.
"""

from __future__ import annotations

import logging
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from dateline.api.cli.answers import answers
from dateline.api.cli.archive import backup, restore, status
from dateline.api.cli.articles import articles
from dateline.api.cli.ask import ask
from dateline.api.cli.chat import chat
from dateline.api.cli.check import check
from dateline.api.cli.encoder import encoder
from dateline.api.cli.eval import evaluation
from dateline.api.cli.filters import filters
from dateline.api.cli.ingest import ingest
from dateline.api.cli.keys import keys
from dateline.api.cli.long_run import INTERRUPTED, Unfinished, leave
from dateline.api.cli.mcp import mcp
from dateline.api.cli.models import models
from dateline.api.cli.search import search
from dateline.api.cli.serve import serve
from dateline.api.cli.slack import slack
from dateline.api.cli.sources import sources
from dateline.api.cli.watch import watch
from dateline.api.terminal import note
from dateline.index.errors import DatelineError, InputError


class Dateline(click.Group):
    """The group of all commands. Prints errors on stderr and sets the exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except DatelineError as error:
            if ctx.params["debug"]:
                raise
            note(f"error: {error.message}")
            if error.hint:
                note(f"hint: {error.hint}")
            ctx.exit(error.exit_code)
        except (KeyboardInterrupt, Unfinished):
            note("stopped")
            leave(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click's own exits, and a closed pipe
        except UnicodeEncodeError:
            if ctx.params["debug"]:
                raise
            note("error: an argument has bytes that are not UTF-8")
            note("hint: Type it again, or convert it to UTF-8.")
            ctx.exit(InputError.exit_code)
        except Exception as error:
            if ctx.params["debug"]:
                raise
            note(f"error: something went wrong inside Dateline ({type(error).__name__})")
            note("hint: run it again as `dateline --debug …` and report the traceback.")
            ctx.exit(DatelineError.exit_code)


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    try:
        found = version("dateline")
    except PackageNotFoundError:
        found = "(not installed: run from its folder)"
    click.echo(f"dateline {found}")
    ctx.exit()


def _messages_to_stderr() -> None:
    """Print log messages of index/ and rag/, e.g. that a damaged index is rebuilt, and of the settings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("note: %(message)s"))
    for room in ("dateline.index", "dateline.rag", "dateline.api.settings", "dateline.api.slack.settings"):
        logger = logging.getLogger(room)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False  # a server's libraries may make the root logger write too


@click.group(cls=Dateline, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli(debug: bool) -> None:
    """Answer questions from a news archive, citing the articles' exact words.

    The archive is in DATELINE_HOME (default: ~/.local/share/dateline).

    Exit codes: 0 success; 1 failure, or some inputs of ingest could not be read; 2 invalid input; 3 not found; 4
    conflict with the archive; 5 another process is writing; 6 the disk is full or failed; 7 the archive is newer than
    this Dateline; 8 the encoder or 9 the reader can't be loaded; 10 a server or the language model doesn't answer; 130
    stopped by Ctrl-C.
    """


for command in (
    ingest,
    ask,
    chat,
    search,
    check,
    articles,
    answers,
    status,
    backup,
    restore,
    serve,
    keys,
    filters,
    sources,
    watch,
    encoder,
    mcp,
    slack,
    models,
    evaluation,
):
    cli.add_command(command)


def main() -> None:
    """Entry point of the `dateline` script."""
    _messages_to_stderr()
    cli()
