"""A real Chromium (Debian's) for tests of pages, through Playwright."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright, expect

INSTALL_DEADLINE_SECONDS = 300.0
CLOSE_DEADLINE_SECONDS = 15.0

expect.set_options(timeout=30_000)
"""Milliseconds that a page may take to show something: a busy machine is no failure."""

FLAGS = [
    "--headless",
    "--no-sandbox",  # tests may run as root, in a container that has no user namespaces
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str:
    """Path of the program; as root it is installed when missing.

    Raises:
        FileNotFoundError: one line that says what to do.
    """
    given = os.environ.get("LOKETBUS_TEST_CHROMIUM")
    found = given or _on_path()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = _on_path()
    if found is None:
        raise FileNotFoundError("no Chromium: install Debian's chromium, or name one in LOKETBUS_TEST_CHROMIUM")
    return found


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser that speaks Dutch and asks nothing of the network."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            # A browser that hangs must not hang the suite: who fails says so, and the driver goes with its process.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(browser.close(), CLOSE_DEADLINE_SECONDS)


def _on_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def _install() -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    packages = ["chromium", "fonts-dejavu-core"]
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(command, env=environment, timeout=INSTALL_DEADLINE_SECONDS, check=False)
