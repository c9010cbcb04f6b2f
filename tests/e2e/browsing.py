"""What every test of a page does: visit it, ask for something, look whether everybody can use it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

DESKS = ("intake", "agent", "policy", "ticketing", "summary")
PATIENCE = 20_000
"""Milliseconds."""

Visit = Callable[..., AbstractAsyncContextManager[Page]]


async def ask(page: Page, text: str | None = None) -> None:
    """Send `text`, or else the first sample, and wait for the end of the chain."""
    if text is None:
        await page.locator(".chip").first.click()
    else:
        await page.get_by_label("What does the customer write?").fill(text)
    await page.get_by_role("button", name="Send request").click()
    await finished(page)


async def finished(page: Page) -> None:
    for desk in DESKS:
        await expect(page.locator(f'[data-desk="{desk}"]')).to_have_attribute("data-state", "done", timeout=PATIENCE)
    await expect(page.locator('[data-panel="summary"]')).to_be_visible(timeout=PATIENCE)


async def assert_accessible(page: Page) -> None:
    await page.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
