"""Debian's Chromium under Playwright, for tests of what is shown in a browser."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

COMMANDS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is there is used. The headless shell has no windows to draw and takes a third less time."""


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """A browser, closed at the end; skips where there is none, but fails in CI."""
    found = next(filter(None, map(shutil.which, COMMANDS)), None)
    if found is None:
        reason = "there is no Chromium: apt-get install chromium-headless-shell"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with sync_playwright() as playwright:
        # Without a sandbox, for containers run as root; the page is our own.
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
