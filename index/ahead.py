"""Runs an iterator one item ahead, in a thread of its own.

Knows nothing of what is iterated over.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def ahead(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """The items of an iterator, each made in a thread while the one before is used; None ends it.

    Its errors are raised where the item would have come. At the end it waits for the item in the making, which no one
    will use.
    """
    with ThreadPoolExecutor(1, "ahead") as thread:

        def made() -> Iterator[T]:
            upcoming: Future[T | None] = thread.submit(next, items, None)
            while (item := upcoming.result()) is not None:
                upcoming = thread.submit(next, items, None)
                yield item

        yield made()
