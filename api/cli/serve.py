"""`dateline serve`: runs the HTTP server, in one process or several.

Knows nothing of routes or models.
"""

from __future__ import annotations

import os
import signal
from contextlib import nullcontext, suppress
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread, Timer
from typing import TYPE_CHECKING, Any

import click

from dateline.api import logs
from dateline.api.cli.long_run import leave
from dateline.api.terminal import note
from dateline.index.errors import DatelineError, InputError

if TYPE_CHECKING:
    from types import FrameType

    from fastapi import FastAPI

    from dateline.api.compose import Services
    from dateline.api.settings import Settings

_MAKE_ONE = "`dateline keys create` creates one; from then on requests need a key."
FINISH_SECONDS = 20
"""Seconds that running requests get when the server is told to stop (SIGTERM)."""
INTERRUPTED_FINISH_SECONDS = 1
"""The same after Ctrl-C, by someone who waits for it."""
INTERRUPTED_SECONDS = 1.8
"""After which Ctrl-C ends the process, whatever its threads are doing."""
SILENCE_SECONDS = 30
"""After which a process is taken for dead; on a machine that is busy, opening the models alone can take several."""


@click.command()
@click.option("--host", help="Address to listen on; default: DATELINE_HOST.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; default: DATELINE_PORT.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; default: DATELINE_WORKERS.")
@click.option("--allow-open", is_flag=True, help="Listen on HOST even without API keys.")
def serve(host: str | None, port: int | None, workers: int | None, allow_open: bool) -> None:
    """Serve the HTTP API and the chat page.

    /docs describes the API. Without API keys everyone who can reach the server may do everything, so it listens on
    this machine only. Once `dateline keys create` has created a key, requests need one, on this machine too.
    """
    from dateline.api.settings import load_settings

    settings = load_settings()
    host, port = host or settings.host, settings.port if port is None else port
    _say_who_comes_in(settings, host, allow_open=allow_open or settings.allow_open)
    if (workers or settings.workers) > 1:
        _serve_by_processes(settings, host, port, workers or settings.workers)
    else:
        _serve_here(settings, host, port)


def _serve_here(settings: Settings, host: str, port: int) -> None:
    import uvicorn

    from dateline.api.compose import open_services, own_model_server
    from dateline.api.http.worker import app_of
    from dateline.api.rates import rates_of

    failures: list[DatelineError] = []
    models = own_model_server(settings, shared=True)

    def opening() -> Services:
        try:
            return open_services(settings, create=True, servers=models)
        except DatelineError as error:
            failures.append(error)
            server.should_exit = True
            raise

    def leave_unfinished() -> None:
        note("stopped; what was being stored is taken up at the next start")
        if models is not None:
            models.close()
        leave(0)

    deadline = Timer(INTERRUPTED_SECONDS, leave_unfinished)
    deadline.daemon = True

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if sig == signal.SIGINT and not self.should_exit:
                self.config.timeout_graceful_shutdown = INTERRUPTED_FINISH_SECONDS
                deadline.start()
            super().handle_exit(sig, frame)

    server = Server(
        uvicorn.Config(app_of(settings, opening, rates_of(settings.rate_limit)), **_options(settings, host, port))
    )
    # uvicorn finishes running requests, then raises the signal again; its work is done by then.
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        with suppress(KeyboardInterrupt):
            server.run()
    except SystemExit as error:
        raise _cannot_listen(host, port) from error
    finally:
        signal.signal(signal.SIGTERM, before)
        interrupted = deadline.is_alive()
        deadline.cancel()
        if models is not None:
            models.close()
    if failures:
        raise failures[0]
    if interrupted:
        leave(0)  # a request that was cut off may still be at work in a thread


def _say_who_comes_in(settings: Settings, host: str, *, allow_open: bool) -> None:
    """Print a notice while there are no keys. Raises `InputError` if other machines could reach the server without."""
    from dateline.api.compose import open_archive
    from dateline.api.http.guard import is_loopback
    from dateline.index.keys import has_keys

    archive = open_archive(settings, create=True)
    try:
        if has_keys(archive):
            return
    finally:
        archive.close()
    others = f"everyone who reaches {host}"
    if is_loopback(host):
        note(f"notice: there are no API keys, so everyone on this machine can do everything; {_MAKE_ONE}")
    elif allow_open:
        note(f"notice: there are no API keys, so {others} can read, change and delete everything; {_MAKE_ONE}")
    else:
        raise InputError(
            f"there are no API keys, and {others} could read, change and delete everything",
            hint="Create a key first: dateline keys create NAME --scope admin. "
            "Or use --allow-open or DATELINE_ALLOW_OPEN=1 behind a proxy with a login.",
        )


def _serve_by_processes(settings: Settings, host: str, port: int, workers: int) -> None:
    """Several processes on one port, under a parent that serves nothing and replaces processes that die."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from dateline.api.compose import open_services, own_model_server
    from dateline.api.http.metrics import SHARED
    from dateline.api.rates import rates_of, share

    # Opened here first, so that an error is printed once and an archive or a converted model is made once.
    open_services(settings, create=True).close()
    models = own_model_server(settings, shared=True)
    with TemporaryDirectory(prefix="dateline-serve-") as folder, models or nullcontext():
        os.environ[SHARED] = folder
        rates = rates_of(settings.rate_limit)
        app = partial(_worker, None if rates is None else share(rates), None if models is None else models.path)
        options = _options(settings, host, port) | {"timeout_worker_healthcheck": SILENCE_SECONDS}
        config = uvicorn.Config(app, factory=True, workers=workers, **options)
        try:
            listening = config.bind_socket()
        except SystemExit as error:
            raise _cannot_listen(host, port) from error
        listening.listen(config.backlog)  # requests wait until the first process is up
        Multiprocess(config, [listening]).run()


def _worker(rates_at: str | None, models_at: Path | None) -> FastAPI:
    """The application of a process. Imported here, so that the parent first hears from the process."""
    from dateline.api.http.worker import app

    parent = parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent.sentinel,), name="dateline-parent", daemon=True).start()
    return app(rates_at, models_at)


def _end_with(sentinel: int) -> None:
    """End this process when the parent has, kill -9 included: uvicorn's processes would keep the port."""
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


def _options(settings: Settings, host: str, port: int) -> dict[str, Any]:
    return {
        "host": host,
        "port": port,
        "timeout_graceful_shutdown": FINISH_SECONDS,
        "log_config": logs.config(settings.log_format),
        "access_log": False,  # `api.http.observing` logs more of each request
    }


def _cannot_listen(host: str, port: int) -> InputError:
    return InputError(
        f"the server can't listen on {host}, port {port}", hint="See the line above; choose another port with --port."
    )
