from collections.abc import Iterator
from threading import Event

import pytest

from dateline.index.ahead import ahead


def test_each_item_is_made_while_the_one_before_is_used() -> None:
    made = [Event() for _ in range(4)]

    def items() -> Iterator[int]:
        for n, event in enumerate(made):
            event.set()
            yield n

    used = []
    with ahead(items()) as found:
        for n in found:
            assert n + 1 == len(made) or made[n + 1].wait(60)
            assert not any(event.is_set() for event in made[n + 2 :])
            used.append(n)
    assert used == [0, 1, 2, 3]


def test_an_error_comes_where_the_item_would_have_come() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("two")

    with ahead(items()) as found:
        assert next(found) == 1
        with pytest.raises(ValueError, match="two"):
            next(found)
