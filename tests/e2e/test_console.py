"""The console in a real browser, over a real application with all five services."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from callcenter.events import Contact, Failure, InteractionFailed, Request, new_interaction_id

DESKS = ("intake", "agent", "policy", "ticketing", "summary")
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> I want a refund for order 48213"
PATIENCE = 20_000

Visit = Callable[..., AbstractAsyncContextManager[Page]]


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
        path: str = "/", width: int = 1200, scheme: Literal["light", "dark"] = "light", *, mishaps: bool = False
    ) -> AsyncIterator[Page]:
        page = await browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-US")
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


async def test_a_sample_goes_through_all_five_desks(visit: Visit) -> None:
    async with visit() as page:
        await ask(page)
        said = await page.get_by_label("What does the customer write?").input_value()
        bubbles = page.locator('[data-panel="conversation"] .turn')
        assert await bubbles.count() >= 2
        await expect(bubbles.filter(has_text=said[:40])).to_have_class("turn customer")
        await expect(page.locator('[data-panel="understood"]')).to_contain_text("% sure")
        decision = page.locator('[data-panel="decision"]')
        await expect(decision.locator(".verdict.big").first).to_be_visible()
        await expect(decision).to_contain_text("What the customer is told")
        number = await page.locator(".ticket-id strong").inner_text()
        assert number.strip()
        await expect(page.locator('[data-cell="Ticket"]')).to_contain_text(number)
        await expect(page.locator('[data-panel="summary"] .reply')).not_to_be_empty()
        await expect(page.locator("#recent a[aria-current]")).to_contain_text(number)
        await expect(page.locator("#announcer")).to_have_text("All five desks are done. The result is ready.")


async def test_the_address_opens_the_same_interaction_again(visit: Visit) -> None:
    async with visit() as page:
        await ask(page)
        number = await page.locator(".ticket-id strong").inner_text()
        await page.reload()
        await finished(page)
        await expect(page.locator(".ticket-id strong")).to_have_text(number)


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (390, "dark")])
async def test_accessible_before_and_after(visit: Visit, width: int, scheme: Literal["light", "dark"]) -> None:
    async with visit(width=width, scheme=scheme) as page:
        await expect(page.locator('[data-panel="empty"]')).to_be_visible()
        await assert_accessible(page)
        await ask(page)
        for summary in await page.locator("details > summary").all():
            await summary.click()
        await assert_accessible(page)
        await page.get_by_role("tab", name="JSON").click()
        await assert_accessible(page)


async def test_hostile_text_stays_text(visit: Visit) -> None:
    async with visit() as page:
        await ask(page, HOSTILE)
        await expect(page.locator('[data-panel="conversation"] .turn.customer p').first).to_have_text(HOSTILE)
        await expect(page.locator("#recent .line").first).to_have_text(HOSTILE)
        assert await page.locator("main img, main script, #recent img, #recent script").count() == 0


async def test_works_by_keyboard_alone(visit: Visit) -> None:
    async with visit() as page:
        await page.get_by_label("What does the customer write?").focus()
        await page.keyboard.type("Where is my order 48213?")
        await page.keyboard.press("Control+Enter")
        await finished(page)
        await page.get_by_role("tab", name="Result").focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("tab", name="JSON")).to_be_focused()
        await expect(page.get_by_role("region", name="The record as JSON")).to_contain_text('"transcript"')


async def test_polls_where_events_do_not_come_through(visit: Visit) -> None:
    async with visit(mishaps=True) as page:
        await page.route("**/events", lambda route: route.abort())
        await ask(page)


@pytest.mark.parametrize(("text", "complaint"), [("   ", "Please write"), ("x" * 4001, "4,000 are the limit")])
async def test_a_text_that_cannot_be_sent_is_told_beside_the_box(visit: Visit, text: str, complaint: str) -> None:
    async with visit() as page:
        sent: list[Any] = []
        page.on("request", lambda r: sent.append(r) if r.method == "POST" else None)
        await page.get_by_label("What does the customer write?").fill(text)
        await page.get_by_role("button", name="Send request").click()
        await expect(page.locator("#problem")).to_contain_text(complaint)
        assert sent == []


async def test_the_answer_of_a_busy_server_is_told_in_its_words(visit: Visit) -> None:
    async with visit(mishaps=True) as page:
        busy = {"title": "Too Many Requests", "status": 429, "detail": "Too many requests are waiting."}
        await page.route(
            "**/v1/interactions", lambda route: route.fulfill(status=429, json=busy, headers={"Retry-After": "7"})
        )
        await page.get_by_label("What does the customer write?").fill("Where is my order?")
        await page.get_by_role("button", name="Send request").click()
        await expect(page.locator("#problem")).to_have_text(
            "Too many requests are waiting. Please try again in 7 seconds."
        )


async def test_a_failure_names_the_desk_the_cause_and_the_way_out(visit: Visit) -> None:
    event = failed()
    async with visit() as page:
        await page.route(f"**/v1/interactions/{event.interaction_id}", lambda route: route.fulfill(json=seen(event)))
        await page.evaluate("(id) => { location.hash = `#/i/${id}`; }", event.interaction_id)
        shown = page.locator('[data-panel="failure"]')
        for words in ("agent desk", event.failure.error, event.failure.advice, "tried 5 times"):
            await expect(shown).to_contain_text(words)
        await expect(page.locator('[data-desk="agent"]')).to_have_attribute("data-state", "failed")
        assert await page.locator('[data-state="working"]').count() == 0
        await assert_accessible(page)
        await shown.get_by_role("button").click()
        await expect(page.get_by_label("What does the customer write?")).to_have_value(event.request.text)


async def test_an_interaction_that_the_server_lost_is_no_endless_wait(visit: Visit) -> None:
    event = failed()
    answers = [{"status": 200, "json": {**seen(event), "status": "running", "failure": None}}]
    lost = {"status": 404, "json": {"title": "Not found", "detail": "It may have expired."}}
    async with visit(mishaps=True) as page:
        await page.route("**/events", lambda route: route.abort())
        await page.route(
            f"**/v1/interactions/{event.interaction_id}",
            lambda route: route.fulfill(**(answers.pop() if answers else lost)),
        )
        await page.evaluate("(id) => { location.hash = `#/i/${id}`; }", event.interaction_id)
        await expect(page.locator('[data-panel="notice"]')).to_contain_text("It may have expired.")


async def test_an_unknown_interaction_is_said_to_be_unknown(visit: Visit) -> None:
    async with visit(f"/#/i/{new_interaction_id()}", mishaps=True) as page:
        await expect(page.locator('[data-panel="notice"]')).to_contain_text("no such interaction")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_api_docs_need_nothing_from_outside(visit: Visit, scheme: Literal["light", "dark"]) -> None:
    async with visit("/docs", scheme=scheme) as page:
        await expect(page.locator(".opblock", has_text="/v1/interactions").first).to_be_visible(timeout=PATIENCE)


def failed() -> InteractionFailed:
    now = datetime.now(UTC)
    return InteractionFailed(
        event_id=uuid4(),
        interaction_id=new_interaction_id(),
        rev=2,
        occurred_at=now,
        contact=Contact(number=7, initiated_at=now),
        request=Request(business="retail", text="Please help me"),
        failure=Failure(
            service="agent", reason="unavailable", error="No answer", attempts=5, input_type="InteractionRequested"
        ),
    )


def seen(event: InteractionFailed) -> dict[str, Any]:
    """The event as GET /v1/interactions/{id} tells it."""
    dossier = event.model_dump(mode="json")
    return {
        "id": event.interaction_id,
        "status": "failed",
        "stage": "agent",
        "rev": event.rev,
        "created_at": dossier["occurred_at"],
        "updated_at": dossier["occurred_at"],
        "links": {},
        "record": {"contact": dossier["contact"], "request": dossier["request"]},
        "timings": [],
        "failure": dossier["failure"],
    }
