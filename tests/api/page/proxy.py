"""A TCP proxy before a server, to break a connection off in the middle."""

from __future__ import annotations

import socket
import threading


class CuttingProxy:
    """A TCP proxy before a server that cuts all its connections while `cut` is set."""

    def __init__(self, url: str) -> None:
        self.port = int(url.rsplit(":", 1)[1])
        self.cut = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.over = False

    def __enter__(self) -> tuple[str, threading.Event]:
        threading.Thread(target=self._accept, daemon=True).start()
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}", self.cut

    def __exit__(self, *_: object) -> None:
        self.over = True
        self.listener.close()

    def _accept(self) -> None:
        while not self.over:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.port))
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        source.settimeout(0.05)
        try:
            while not self.cut.is_set():
                try:
                    block = source.recv(65536)
                except TimeoutError:
                    continue
                if not block:
                    break
                target.sendall(block)
        except OSError:
            pass
        for one in (source, target):
            one.close()
