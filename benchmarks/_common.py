"""Helpers of the benchmarks: timing, printed tables, a served application."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread

from fastapi import FastAPI


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def print_table(title: str, rows: list[tuple[str, str]]) -> None:
    """A titled table of two columns, as Markdown."""
    print(f"\n{title}\n\n| what | figure |\n|---|---|")
    for name, figure in rows:
        print(f"| {name} | {figure} |")


def print_chart(title: str, x: str, y: str, points: Sequence[tuple[float, float]]) -> None:
    """Points of two shares, 0…1, as Mermaid's xychart, which Markdown viewers draw: bars, and the line of x = y."""
    print(f"\n```mermaid\nxychart-beta\n  title {title!r}".replace("'", '"'))
    print(f'  x-axis "{x}" [{", ".join(f"{a:.2f}" for a, _ in points)}]\n  y-axis "{y}" 0 --> 1')
    print(f"  bar [{', '.join(f'{b:.3f}' for _, b in points)}]")
    print(f"  line [{', '.join(f'{a:.3f}' for a, _ in points)}]\n```")


@contextmanager
def free_port() -> Iterator[int]:
    """A port of this machine that nobody else is given meanwhile, for a server that is told where to listen."""
    with socket.socket() as held:
        # Bound, but not listening: others get another port, and a server can still take this one.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The URL of the application, served by a thread of this process, once it is ready."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started or app.state.startup.peek() is None:
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
