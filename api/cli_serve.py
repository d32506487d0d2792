"""`dateline serve` and `dateline encoder export`: running the HTTP server, and what its image is built with.

Knows nothing of routes or models.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.terminal import note, say
from index.errors import DatelineError, InputError

if TYPE_CHECKING:
    from api.compose import Services

LOOPBACK = ("127.0.0.1", "::1", "localhost")
FINISH_SECONDS = 20
"""How long requests under way may take once the server is told to stop."""


@click.command()
@click.option("--host", help="Address to listen on; default: DATELINE_HOST.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; default: DATELINE_PORT.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the HTTP API over the archive in DATELINE_HOME; /docs describes it."""
    import uvicorn

    from api.compose import open_services
    from api.http import create_app
    from api.settings import load_settings

    settings = load_settings()
    host, port = host or settings.host, settings.port if port is None else port
    if host not in LOOPBACK:
        note(
            f"notice: on {host} everyone who reaches this machine can ask and read the whole archive: "
            "there are no keys yet. Put a proxy with a login before it, or listen on 127.0.0.1."
        )
    failures: list[DatelineError] = []

    def opening() -> Services:
        try:
            return open_services(settings, create=True)
        except DatelineError as error:
            failures.append(error)
            server.should_exit = True
            raise

    app = create_app(opening, loopback=host in LOOPBACK)
    config = uvicorn.Config(app, host=host, port=port, timeout_graceful_shutdown=FINISH_SECONDS, log_level="info")
    server = uvicorn.Server(config)
    # uvicorn finishes the requests under way, then raises the signal again; it has done its work by then.
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        with suppress(KeyboardInterrupt):
            server.run()
    except SystemExit as error:
        raise InputError(
            f"the server can't listen on {host}, port {port}", hint="See the line above; name another with --port."
        ) from error
    finally:
        signal.signal(signal.SIGTERM, before)
    if failures:
        raise failures[0]


@click.group()
def encoder() -> None:
    """Convert the encoder ahead of time."""


@encoder.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def export(folder: Path) -> None:
    """Write the encoder that the settings name to DIR, in the form that runs without PyTorch."""
    from api.settings import load_settings
    from index import encoder_export

    if folder.exists() and any(folder.iterdir()) and not (folder / "encoder.json").is_file():
        raise InputError(f"{folder} holds other files", hint="Name a new or an empty folder.")
    encoder_export.export(load_settings().encoder, folder)
    say(f"the encoder is in {folder}; set DATELINE_ENCODER={folder} to use it")
