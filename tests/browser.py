"""Debian's Chromium under Playwright, for tests of what is shown in a browser."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

COMMANDS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is there is used. The headless shell has no windows to draw and takes a third less time."""
NOT_THERE = "there is no Chromium: apt-get install chromium-headless-shell"


def find_browser() -> str | None:
    """The path of a Chromium; None: there is none."""
    return next(filter(None, map(shutil.which, COMMANDS)), None)


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """A browser, closed at the end; skips where there is none, but fails in CI."""
    found = find_browser()
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NOT_THERE)
    with sync_playwright() as playwright:
        # Without a sandbox, for containers run as root; the page is our own.
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
