"""The console in a real browser, over a real application with all five services."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

import pytest
from playwright.async_api import Locator, Page, Route, expect

from callcenter.events import Contact, Failure, InteractionFailed, Request, new_interaction_id
from tests.e2e.browsing import PATIENCE, Visit, ask, assert_accessible, finished

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> I want a refund for order 48213"
AGENT_TURN = ".turn.agent:not(.writing)"
REFUND = ("I want a refund for my espresso machine, order 48213.", "dana.lopez@example.com", "94107")


async def start_talking(page: Page, *first: str) -> Locator:
    """Open a live conversation by keyboard, say the `first` messages, and return the message box."""
    await page.get_by_label("Simulated customer").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_label("Talk to the agent yourself")).to_be_checked()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Control+Enter")
    box = page.get_by_label("Your message to the agent")
    await expect(box).to_be_focused()
    await expect(page.locator(AGENT_TURN)).to_have_count(1)
    for message in first:
        await say(page, message)
    return box


async def say(page: Page, message: str) -> None:
    """Type into the message box, which has the focus, and wait for what the agent answers."""
    before = await page.locator(AGENT_TURN).count()
    await page.keyboard.type(message)
    await page.keyboard.press("Enter")
    await expect(page.locator(AGENT_TURN).nth(before)).to_be_visible(timeout=PATIENCE)


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


async def test_nothing_is_due_where_the_contact_answered_it(visit: Visit) -> None:
    async with visit() as page:
        await ask(page, "What are your store hours?")
        await expect(page.locator('[data-panel="ticket"]')).to_contain_text("Reached in the contact")
        cell = page.locator('[data-cell="Ticket"]')
        await expect(cell).to_contain_text("Resolved")
        assert "due" not in await cell.inner_text()


async def test_the_last_words_of_the_agent_are_marked_as_the_answer(visit: Visit) -> None:
    async with visit() as page:
        await ask(page)
        await expect(page.locator(".turn.answer")).to_have_count(1)
        await expect(page.locator(".turn").last).to_have_class("turn agent answer")
        await expect(page.locator(".turn").last).to_contain_text("The answer")


async def test_the_header_says_that_this_is_a_demo(visit: Visit) -> None:
    async with visit() as page:
        await expect(page.locator("#about")).to_contain_text(
            "all five desks in one process; a demo with sample customers"
        )


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


async def test_a_refund_is_talked_through_by_keyboard_alone(visit: Visit) -> None:
    async with visit() as page:
        box = await start_talking(page)
        awaits, agent = page.locator("[data-awaits]"), page.locator('[data-desk="agent"]')
        await expect(awaits).to_have_text("Waiting for: what it is about")
        await say(page, REFUND[0])
        await expect(awaits).to_have_text("Waiting for: email")
        await expect(agent).to_have_attribute("data-state", "listening")
        await expect(agent).to_contain_text("Waiting for you")
        await expect(page.locator("#announcer")).to_have_text(
            f"Assistant: {await page.locator(f'{AGENT_TURN} p').last.inner_text()}"
        )
        await say(page, REFUND[1])
        await say(page, REFUND[2])
        await expect(page.locator(".turn.customer mark.entity")).to_have_text(
            ["espresso machine", "48213", *REFUND[1:]]
        )
        await expect(box).to_be_focused()
        await page.keyboard.type("Yes,")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("please")
        await page.keyboard.press("Enter")
        await expect(awaits).to_have_text("Waiting for: another request, or goodbye")
        await expect(page.locator('[data-panel="decision"] .verdict.big')).to_contain_text("Allowed")
        await expect(page.locator('[data-panel="conversation"] .turn.customer p').last).to_have_text("Yes,\nplease")
        await say(page, "no, thanks")
        await finished(page)
        await expect(page.locator(".turn.answer")).to_contain_text(await page.locator(".ticket-id strong").inner_text())
        await expect(page.locator("#announcer")).to_contain_text("All five desks are done. The result is ready.")
        await expect(box).to_be_focused()
        await expect(page.locator(".closed")).to_contain_text("This conversation has ended")
        await assert_accessible(page)


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_accessible_while_a_conversation_is_open(
    visit: Visit, width: int, scheme: Literal["light", "dark"]
) -> None:
    async with visit(width=width, scheme=scheme) as page:
        box = await start_talking(page, REFUND[0])
        await expect(page.locator('[data-panel="understood"]')).to_contain_text("48213")
        await expect(box).to_be_in_viewport(ratio=1)
        await assert_accessible(page)
        await page.keyboard.press("Enter")
        await expect(page.locator("#message-problem")).to_have_text("Please write something first.")
        await assert_accessible(page)


async def test_a_reload_goes_on_with_the_conversation(visit: Visit) -> None:
    async with visit() as page:
        box = await start_talking(page, *REFUND[:2])
        said = await page.locator(".turn p").all_inner_texts()
        await page.reload()
        await expect(page.locator(".turn p")).to_have_text(said)
        await box.focus()
        await say(page, REFUND[2])
        await say(page, "yes")
        await expect(page.locator("[data-awaits]")).to_have_text("Waiting for: another request, or goodbye")
        await expect(page.locator('[data-panel="decision"]')).to_contain_text("the contact goes on")
        await say(page, "no, that is all")
        await finished(page)
        await page.reload()
        await finished(page)
        await expect(page.locator(".closed")).to_contain_text("This conversation has ended")


async def test_what_is_written_after_the_end_goes_on_in_a_contact_that_follows(visit: Visit) -> None:
    async with visit() as page:
        box = await start_talking(page, "let me talk to a human")
        await finished(page)
        said = await page.locator(".turn p").all_inner_texts()
        first = page.url
        await page.keyboard.type("One more thing:")
        await page.keyboard.press("Enter")
        await page.keyboard.type(REFUND[0])
        await page.keyboard.press("Enter")
        await page.keyboard.type("dana")
        await expect(page.locator(".continues")).to_have_text("This continues your earlier contact", timeout=PATIENCE)
        await expect(page.locator("[data-awaits]")).to_have_text("Waiting for: email", timeout=PATIENCE)
        assert page.url != first
        await expect(box).to_be_focused()
        await expect(box).to_have_value("dana")
        told = await page.locator(".turn p").all_inner_texts()
        assert told[: len(said)] == said
        new = page.locator(".continues ~ .turn.customer p")
        await expect(new).to_have_text(["One more thing:", REFUND[0]])
        await expect(page.locator("#recent a[aria-current]")).to_contain_text("continued")
        await assert_accessible(page)

        await page.reload()
        await expect(page.locator(".turn p")).to_have_text(told)
        await page.get_by_role("link", name="your earlier contact").click()
        await finished(page)
        assert page.url == first
        await expect(page.locator(".turn p")).to_have_text(said)


async def test_a_reply_after_a_simulated_conversation_opens_a_live_one(visit: Visit) -> None:
    async with visit() as page:
        await ask(page)
        await expect(page.locator('[data-panel="answer-box"]')).to_contain_text("continues this contact")
        await page.get_by_label("Your message to the agent").fill("And when are you open?")
        await page.keyboard.press("Enter")
        await expect(page.locator(".continues")).to_be_visible(timeout=PATIENCE)
        await expect(page.locator(".continues ~ .turn.customer p").first).to_have_text("And when are you open?")
        await expect(page.locator('[data-panel="conversation"] h3')).to_have_text("Live conversation")


async def test_a_message_that_did_not_go_out_is_kept_and_goes_out_once(visit: Visit) -> None:
    keys: list[str] = []
    async with visit(mishaps=True) as page:
        box = await start_talking(page)
        page.on("request", lambda r: keys.append(r.headers["idempotency-key"]) if r.url.endswith("/messages") else None)
        away = {"title": "Service Unavailable", "status": 503, "detail": "The message broker is away."}
        await page.route("**/messages", lambda route: route.fulfill(status=503, json=away), times=1)
        await page.keyboard.type(REFUND[0])
        await page.keyboard.press("Enter")
        await expect(page.locator("#message-problem")).to_have_text("The message broker is away.")
        await expect(box).to_have_value(REFUND[0])
        await expect(box).to_be_focused()
        await say(page, "")
        await expect(page.locator(".turn.customer p")).to_have_text([REFUND[0]])
        assert len(keys) == 2
        assert keys[0] == keys[1]


async def test_a_message_is_shown_before_the_server_has_it(visit: Visit) -> None:
    async with visit() as page:
        await start_talking(page)
        held: asyncio.Queue[Route] = asyncio.Queue()
        await page.route("**/messages", held.put_nowait)
        await page.keyboard.type(HOSTILE)
        await page.keyboard.press("Enter")
        await expect(page.locator(".turn.pending p")).to_have_text(HOSTILE)
        await expect(page.locator(AGENT_TURN)).to_have_count(1)
        await (await held.get()).continue_()
        await expect(page.locator(AGENT_TURN)).to_have_count(2)
        await expect(page.locator(".turn.customer p")).to_have_text([HOSTILE])
        await expect(page.locator(".turn.pending")).to_have_count(0)


async def test_a_conversation_goes_on_where_events_do_not_come_through(visit: Visit) -> None:
    async with visit(mishaps=True) as page:
        await page.route("**/events", lambda route: route.abort())
        await start_talking(page, *REFUND, "yes", "no, thanks")
        await finished(page)


async def test_the_first_words_can_come_from_a_sample(visit: Visit) -> None:
    async with visit() as page:
        await page.get_by_label("Talk to the agent yourself").check()
        await page.get_by_role("button", name="Refund within 30 days").click()
        await page.get_by_role("button", name="Start the conversation").click()
        await expect(page.locator("[data-awaits]")).to_have_text("Waiting for: email")
        await expect(page.locator(".turn.customer")).to_have_count(1)
        await expect(page.get_by_label("Talk to the agent yourself")).to_be_checked()


async def test_a_visitor_is_told_whom_to_play_and_what_to_say(visit: Visit) -> None:
    async with visit() as page:
        box = await start_talking(page, REFUND[0])
        card = page.get_by_role("group", name="Whom you play")
        await expect(card).to_contain_text("You are Dana Lopez")
        await expect(card.locator(".asked")).to_have_text(f"email address {REFUND[1]}")
        await page.keyboard.type("It's")
        await card.get_by_role("button", name=REFUND[1]).click()
        await expect(box).to_be_focused()
        await expect(box).to_have_value(f"It's {REFUND[1]}")
        await say(page, "")
        await expect(card.locator(".asked")).to_have_text(f"zip code {REFUND[2]}")


async def test_the_customer_of_a_sample_is_the_one_to_play(visit: Visit) -> None:
    async with visit() as page:
        await page.get_by_label("Talk to the agent yourself").check()
        await page.get_by_role("button", name="Refund too late").click()
        await page.get_by_role("button", name="Start the conversation").click()
        await expect(page.get_by_role("group", name="Whom you play")).to_contain_text("You are Marcus Bell")


async def test_outside_a_demo_nobody_is_simulated_or_played(visit: Visit) -> None:
    async with visit() as page:

        async def sober(route: Route) -> None:
            told = await (await route.fetch()).json()
            if isinstance(told, dict):
                await route.fulfill(json={**told, "demo": False})
            else:
                bare = [{"name": b["name"], "title": b["title"], "samples": []} for b in told]
                await route.fulfill(json=bare)

        await page.route("**/v1/about", sober)
        await page.route("**/v1/businesses", sober)
        await page.reload()
        await expect(page.get_by_label("Simulated customer")).to_be_hidden()
        await page.get_by_role("button", name="Start the conversation").click()
        await expect(page.locator(AGENT_TURN)).to_have_count(1)
        await expect(page.get_by_role("group", name="Whom you play")).to_have_count(0)


@pytest.mark.parametrize("business", ["retail", "banking", "telecom"])
async def test_the_whole_request_box_is_seen_at_first_sight(visit: Visit, business: str) -> None:
    async with visit(width=1280, height=800) as page:
        await page.get_by_label("Business").select_option(business)
        await page.locator(".chip").first.click()
        for mode, name in (("Simulated customer", "Send request"), ("Talk to the agent yourself", "Start the conver")):
            await page.get_by_label(mode).check()
            assert await page.evaluate("scrollY") == 0
            await expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [390, 1280])
async def test_what_is_opened_is_seen_from_its_beginning(visit: Visit, width: int) -> None:
    async with visit(width=width, height=800) as page:
        for text in ("What are your opening hours?", "Please stop sending me your newsletter."):
            await ask(page, text)
            await expect(page.locator(".turn p").first).to_have_text(text)
            await finished(page)
            assert 0 <= await top_of_the_result(page) < 100
        await expect(page.locator("#recent .line").nth(1)).to_have_text("What are your opening hours?")
        await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        await page.locator("#recent a").nth(1).evaluate("(link) => link.click()")
        await expect(page.locator(".turn p").first).to_have_text("What are your opening hours?")
        await finished(page)
        assert 0 <= await top_of_the_result(page) < 100


async def top_of_the_result(page: Page) -> float:
    top: float = await page.evaluate("document.getElementById('result').getBoundingClientRect().top")
    return top


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
