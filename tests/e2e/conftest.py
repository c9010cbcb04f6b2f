"""The application as a person starts it, `python -m services` in a process of its own, and a browser to look at it."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import httpx2
import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.brokers import free_ports
from tests.e2e.browsing import Visit

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def console_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running console; the process has to end well when it is asked to."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("console") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services"],
            cwd=ROOT,
            env=environment(HTTP_PORT=str(port), HTTP_HOST="127.0.0.1", DEMO="on"),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(url, process, log)
        yield url
        process.terminate()
        assert process.wait(30) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
def visit(browser: Browser, console_url: str) -> Visit:
    """Opens a page; afterwards, nothing may have left the origin or been complained about."""
    origin = console_url.rstrip("/")

    @asynccontextmanager
    async def opened(
        path: str = "/",
        width: int = 1200,
        scheme: Literal["light", "dark"] = "light",
        *,
        height: int = 900,
        mishaps: bool = False,
    ) -> AsyncIterator[Page]:
        page = await browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-US")
        foreign: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda r: None if r.url.startswith((f"{origin}/", "data:")) else foreign.append(r.url))
        page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        await page.goto(origin + path)
        yield page
        await page.close()
        assert foreign == []
        if mishaps:  # the browser itself reports each failed response as an error
            complaints = [c for c in complaints if not c.startswith("Failed to load resource")]
        assert complaints == []

    return opened


def environment(**changes: str) -> dict[str, str]:
    """What a child inherits, without the settings of whoever runs the tests."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    return {name: os.environ[name] for name in kept if name in os.environ} | changes


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, f"it ended at once:\n{log.read_text()}"
        try:
            if httpx2.get(f"{url}/readyz", timeout=2).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.1)
    pytest.fail(f"{url} is not ready after {seconds:g} s:\n{log.read_text()}")
