"""Signing in, working and signing out in a real browser, where AUTH is on."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.brokers import free_ports
from tests.e2e.browsing import PATIENCE, assert_accessible
from tests.e2e.conftest import ROOT, environment, wait_until_ready

PASSWORD = "four words are plenty"


@pytest.fixture(scope="module")
def guarded_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a console that asks who comes."""
    (port,) = free_ports(1)
    url, log = f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("guarded") / "log"
    with log.open("wb") as output:
        settings = {"HTTP_PORT": str(port), "DEMO": "on", "AUTH": "on", "ADMIN_PASSWORD": PASSWORD}
        process = subprocess.Popen(
            [sys.executable, "-m", "services"],
            cwd=ROOT,
            env=environment(**settings),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(url, process, Path(log))
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.fixture
async def page(browser: Browser, guarded_url: str) -> AsyncIterator[Page]:
    page = await browser.new_page(base_url=guarded_url, locale="en-US")
    uncaught: list[str] = []
    page.on("pageerror", lambda error: uncaught.append(str(error)))
    yield page
    await page.close()
    assert uncaught == []


async def enter(page: Page, password: str = PASSWORD, name: str = "admin") -> None:
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def test_who_has_not_signed_in_does_so_and_is_where_they_wanted_to_go(page: Page) -> None:
    await page.goto("/tickets.html?status=open")
    await expect(page).to_have_url("/signin.html?next=%2Ftickets.html%3Fstatus%3Dopen", timeout=PATIENCE)
    await assert_accessible(page)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_have_text("Please write your name and your password.")
    await enter(page, "not the password at all")
    await expect(page.get_by_role("alert")).to_contain_text("Name or password is not right", timeout=PATIENCE)
    await enter(page)
    await expect(page).to_have_url("/tickets.html?status=open", timeout=PATIENCE)
    await expect(page.get_by_role("button", name="Sign out admin")).to_be_visible()
    await expect(page.get_by_role("button", name="Who are you?")).to_be_hidden()
    await page.get_by_role("button", name="Sign out admin").click()
    await expect(page).to_have_url("/signin.html", timeout=PATIENCE)
    await page.goto("/")
    await expect(page).to_have_url("/signin.html?next=%2F", timeout=PATIENCE)


async def test_who_has_not_signed_in_may_read_the_docs_and_hears_of_nobody_who_waits(page: Page) -> None:
    async with page.expect_response("**/v1/handoffs") as asked:
        await page.goto("/docs")
    assert (await asked.value).status == 401
    await expect(page.locator("nav a", has_text="People")).to_have_text("People")
    await expect(page.locator("#call-me")).to_be_hidden()
    await expect(page).to_have_url("/docs")


async def test_next_leads_nowhere_else(page: Page) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "/signin.html"):
        await page.goto(f"/signin.html?next={elsewhere}")
        await enter(page)
        await expect(page).to_have_url("/", timeout=PATIENCE)
        await page.get_by_role("button", name="Sign out admin").click()
        await expect(page).to_have_url("/signin.html", timeout=PATIENCE)


async def test_a_ticket_is_changed_by_who_signed_in_and_a_conversation_by_its_customer(page: Page) -> None:
    await page.goto("/signin.html")
    await enter(page)
    await expect(page.locator("#about")).to_contain_text("a demo with sample customers", timeout=PATIENCE)
    await expect(page.locator("#about")).not_to_contain_text("no sign-in")
    await page.get_by_label("Talk to the agent yourself").check()
    await page.get_by_label("Your first message").fill("I'd like a refund for my espresso machine, order 48213.")
    async with page.expect_request("**/v1/interactions") as opened:
        await page.get_by_role("button", name="Start the conversation").click()
    assert "authorization" not in (await opened.value).headers
    message = page.get_by_label("Your message to the agent")
    await expect(page.locator(".turn.agent")).not_to_have_count(0, timeout=PATIENCE)
    await message.fill("Never mind, goodbye.")
    async with page.expect_response("**/messages", timeout=PATIENCE) as said:
        await message.press("Enter")
    answer = await said.value
    assert answer.status in (200, 202)
    assert (await answer.request.all_headers())["authorization"].startswith("Bearer ct_")
    await expect(page.locator(".turn.customer")).to_have_count(2, timeout=PATIENCE)
    await expect(page.locator(".ticket-id strong")).to_be_visible(timeout=PATIENCE)
    number = await page.locator(".ticket-id strong").inner_text()
    await page.goto(f"/tickets.html#{number}")
    await page.get_by_role("button", name="Assign to me").click()
    await expect(page.locator('[data-cell="Assigned to"]')).to_contain_text("admin", timeout=PATIENCE)
    await expect(page.locator('[data-panel="history"]')).to_contain_text("admin")
