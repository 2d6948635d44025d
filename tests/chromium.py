"""Debian's Chromium, driven by Playwright, which is imported late: few tests need it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


@contextmanager
def chromium() -> Iterator[Any]:
    """Start it with a new profile, and end it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        path = shutil.which("chromium")
        browser = driver.chromium.launch(executable_path=path, args=_FLAGS.split())
        try:
            yield browser
        finally:
            browser.close()


def expect(found: Any) -> Any:
    """Wait for what is asserted of a part of a page."""
    from playwright.sync_api import expect as waiting

    return waiting(found)
