"""A stand-in of Slack, and the app over the small archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from dateline.api.compose import Services
from tests.api.slack.desk import Desk, open_desk
from tests.api.slack.stand_in import StandIn


@pytest.fixture
def slack() -> Iterator[StandIn]:
    """A stand-in of Slack."""
    stand_in = StandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture
def open_app(slack: StandIn, services: Services, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Opens apps over the small archive; `options` as `open_desk` takes them."""
    with ExitStack() as stack:

        def open_app(given: Services = services, **options: Any) -> Desk:
            return stack.enter_context(open_desk(slack, given, tmp_path / "home", **options))

        yield open_app


@pytest.fixture
def desk(open_app: Callable[..., Desk]) -> Desk:
    """The app over the small archive, by HTTP."""
    return open_app()
