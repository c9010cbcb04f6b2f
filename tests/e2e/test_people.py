"""A customer and a colleague in two browsers: the one waits, the other is called, takes over, and hands back."""

import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect

from tests.brokers import free_ports
from tests.e2e.browsing import PATIENCE, assert_accessible
from tests.e2e.conftest import ROOT, environment, wait_until_ready
from tests.staff import businesses

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def house_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A house that is open whatever the time of day."""
    (port,) = free_ports(1)
    url, folder = f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("people")
    log, always = folder / "log", str(businesses(folder))
    own = environment(HTTP_PORT=str(port), HTTP_HOST="127.0.0.1", DEMO="on", BUSINESSES_DIR=always)
    with log.open("wb") as output:
        command = [sys.executable, "-m", "services"]
        process = subprocess.Popen(command, cwd=ROOT, env=own, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_until_ready(url, process, log, 240)
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.fixture
async def customer(browser: Browser, house_url: str) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 1200, "height": 900})
    await page.goto(house_url)
    yield page
    await page.close()


@pytest.fixture
async def colleague(browser: Browser, house_url: str) -> AsyncIterator[Page]:
    complaints: list[str] = []
    page = await browser.new_page(viewport={"width": 1200, "height": 900})
    page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
    await page.goto(f"{house_url}/people.html")
    yield page
    await page.close()
    assert complaints == []


async def test_a_colleague_takes_over_and_hands_back(customer: Page, colleague: Page) -> None:
    await colleague.get_by_label("Business").select_option("retail")
    await colleague.get_by_label("I am there for all its teams").click()
    await colleague.get_by_label("Your name").fill("Dana")
    async with colleague.expect_response("**/v1/handoffs/duty"):
        await colleague.get_by_role("button", name="That is me").click()
    await expect(colleague.get_by_label("I am there for all its teams")).to_be_checked()

    await customer.get_by_label("Talk to the agent yourself").check()
    await customer.locator("#text").fill("I want to talk to a human")
    await customer.locator("#send").click()
    await expect(customer.locator("[data-awaits]")).to_contain_text("You are waiting for", timeout=PATIENCE)

    await colleague.get_by_role("button", name="Accept").click(timeout=PATIENCE)
    await expect(colleague.locator('[data-panel="briefing"]')).to_contain_text("The customer asked for a person")
    await assert_accessible(colleague)
    await colleague.get_by_label("Your answer to the customer").fill("Hello, I'm Dana. How can I help?")
    await colleague.get_by_role("button", name="Send").click()
    await expect(customer.locator(".turn.human_agent")).to_contain_text("How can I help?", timeout=PATIENCE)
    await expect(customer.locator("[data-awaits]")).to_contain_text("the assistant is silent")

    await customer.locator("#message").fill("Are you open on Sunday?")
    await customer.locator("#message").press("Enter")
    await expect(colleague.locator(".turn.customer").last).to_contain_text("Are you open on Sunday?", timeout=PATIENCE)
    await colleague.get_by_label("Note for the record").fill("Told the hours.")
    await colleague.get_by_label("The customer has what they wanted").check()
    await colleague.get_by_role("button", name="Hand back").click()
    await expect(colleague.get_by_text("This contact is not yours any more.")).to_be_visible(timeout=PATIENCE)
    await expect(customer.locator(".turn.agent").last).to_contain_text("Dana", timeout=PATIENCE)
    await expect(colleague.get_by_text("Nobody waits.")).to_be_visible()


RECORDED = """
window.told = { notes: [], tones: 0 };
window.Notification = class extends EventTarget {
  static permission = "granted";
  constructor(title, options) { super(); window.told.notes.push([title, options.body]); }
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.told.tones += 1; return start.apply(this, when); };
"""
"""A browser that writes down how it calls somebody."""


async def test_who_works_is_called_on_every_page_when_a_customer_waits(
    browser: Browser, customer: Page, house_url: str
) -> None:
    duty = {"by": "kim", "business": "retail", "queues": []}
    async with httpx2.AsyncClient(base_url=house_url) as house:
        teams = (await house.get("/v1/handoffs/teams")).json()
        duty["queues"] = [team["queue"] for team in teams if team["business"] == "retail"]
        (await house.put("/v1/handoffs/duty", json=duty)).raise_for_status()

        context = await browser.new_context()
        await context.add_init_script(RECORDED)
        pages = {
            name: await context.new_page() for name in ("/", "/tickets.html", "/people.html", "/docs", "/lost/way")
        }
        for name, page in pages.items():
            await page.goto(house_url + name, wait_until="load")
            await expect(page.locator("nav a", has_text="People")).to_have_text("People", timeout=PATIENCE)
        tickets, plain = pages["/tickets.html"], pages["/"]
        await expect(tickets.get_by_role("button", name="Call me")).to_have_attribute("aria-pressed", "false")
        await tickets.get_by_role("button", name="Call me").click()
        await expect(tickets.get_by_role("button", name="Call me")).to_have_attribute("aria-pressed", "true")
        assert await tickets.evaluate("told.tones") == 2  # so that they know how it sounds
        people = pages["/people.html"]
        await people.reload()
        await expect(people.get_by_role("button", name="Call me")).to_have_attribute("aria-pressed", "true")

        await customer.get_by_label("Talk to the agent yourself").check()
        await customer.locator("#text").fill("Let me speak with somebody of your team, please")
        await customer.locator("#send").click()
        await expect(customer.locator("[data-awaits]")).to_contain_text("You are waiting for", timeout=PATIENCE)

        for page in pages.values():
            await expect(page.locator("nav a", has_text="People")).to_have_text("People · 1 waiting", timeout=PATIENCE)
            await expect(page).to_have_title(re.compile(r"^\(1\) "))
        await assert_accessible(tickets)
        calls = [await page.evaluate("told") for page in (tickets, people)]  # both would call, and one does
        assert [title for call in calls for title, _ in call["notes"]] == ["A customer waits for a person"]
        assert sum(call["tones"] for call in calls) == 4
        assert await plain.evaluate("told") == {"notes": [], "tones": 0}  # nobody asked for it there
        await expect(plain.locator("#somebody-waits")).to_contain_text("A customer waits for a person")

        await plain.reload()
        await expect(plain.get_by_role("button", name="Call me")).to_have_attribute("aria-pressed", "true")
        (waiting,) = (await house.get("/v1/handoffs")).json()["waiting"]
        (await house.post(f"{waiting['links']['self']}/accept", json={"by": "kim"})).raise_for_status()
        for page in pages.values():
            await expect(page.locator("nav a", has_text="People")).to_have_text("People", timeout=PATIENCE)
            await expect(page).not_to_have_title(re.compile(r"^\(\d+\) "))
        await context.close()
