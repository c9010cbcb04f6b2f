"""The page of tickets in a real browser, over a real application: what the people who work on tickets do all day."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, Literal

import httpx2
import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.browsing import PATIENCE, Visit, ask, assert_accessible

HOSTILE = "<img src=x onerror=alert(1)>"
REFUND = "I'd like a refund for my espresso machine, order 48213."
TWO_TEAMS = "The espresso machine of order 48213 came damaged. I also have a complaint: your driver was very rude."
TEN_DAYS = 10 * 24 * 3600 * 1000
STEPS = "#to-new, #to-open, #to-pending, #to-resolved, #to-closed, #to-reopened"


class Desk:
    """Colleagues who work through the API."""

    def __init__(self, api: httpx2.AsyncClient) -> None:
        self.api = api

    async def ticket(self, text: str = REFUND, customer: str = "C-1001") -> str:
        """The number of the ticket that a new request led to."""
        asked = {"text": text, "customer_id": customer, "seed": 7}
        interaction = f"/v1/interactions/{(await self.asked('POST', '/v1/interactions', asked))['id']}"
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            view = (await self.api.get(interaction)).json()
            if view["status"] == "completed":
                return str(view["record"]["ticket"]["ticket_id"])
            await asyncio.sleep(0.05)
        pytest.fail(f"{interaction} did not end")

    async def asked(self, method: str, address: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.api.request(method, address, json=body)
        assert answer.is_success, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def changed(self, ticket: str, **wish: Any) -> None:
        await self.asked("PATCH", f"/v1/tickets/{ticket}", {"by": "lee", **wish})

    async def commented(self, ticket: str, text: str, by: str = "lee") -> None:
        await self.asked("POST", f"/v1/tickets/{ticket}/comments", {"by": by, "text": text})

    async def seen(self, ticket: str) -> dict[str, Any]:
        seen: dict[str, Any] = (await self.api.get(f"/v1/tickets/{ticket}")).json()
        return seen


@pytest.fixture
async def desk(console_url: str) -> AsyncIterator[Desk]:
    async with httpx2.AsyncClient(base_url=console_url, timeout=20) as api:
        yield Desk(api)


def address(ticket: str, query: str = "") -> str:
    return f"/tickets.html{query}#{ticket}"


def panel(page: Page, name: str) -> Locator:
    return page.locator(f'[data-panel="{name}"]')


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


async def introduce(page: Page, name: str = "dana") -> None:
    await button(page, "Who are you?").click()
    await page.get_by_label("Your name").fill(name)
    await page.keyboard.press("Enter")
    await expect(button(page, f"You are {name}")).to_be_visible()


async def assert_steps(page: Page, *words: str) -> None:
    await expect(page.locator(STEPS)).to_have_text(words)


async def test_a_ticket_is_opened_from_the_console_taken_and_set_to_pending(visit: Visit) -> None:
    async with visit() as page:
        await ask(page, REFUND)
        number = await page.locator(".ticket-id strong").inner_text()
        await page.locator('[data-cell="Ticket"]').get_by_role("link", name=number).click()
        await expect(page.locator("#ticket .ticket-id strong")).to_have_text(number)
        await expect(page.locator("#book a[aria-current]")).to_contain_text(number)
        await button(page, "Assign to me").click()
        await page.get_by_label("Your name").fill("dana")
        await page.keyboard.press("Enter")
        await expect(page.locator('[data-cell="Assigned to"]')).to_contain_text("dana")
        await button(page, "Set to pending").click()
        await assert_steps(page, "Set to open", "Resolve", "Close")
        await expect(page.locator("#announcer")).to_have_text(f"{number} is pending, assigned to dana.")
        await expect(
            panel(page, "sla").locator('[data-target="resolution"], [data-target="Resolution"]')
        ).to_contain_text("Paused")
        history = panel(page, "history").locator("li")
        await expect(history.nth(0)).to_contain_text("dana changed the status from open to pending, just now")
        await expect(history.nth(1)).to_contain_text("dana took the ticket")
        await expect(history.last).to_contain_text("The ticket was opened")
        await expect(page.locator("#book a[aria-current]")).to_contain_text("Pending")
        await page.get_by_role("link", name="Read the conversation").click()
        await expect(panel(page, "conversation")).to_contain_text(REFUND)
        await page.go_back()
        await expect(page.locator("#ticket .ticket-id strong")).to_have_text(number)


async def test_each_team_that_acts_finds_a_ticket_of_its_own(visit: Visit, desk: Desk) -> None:
    number = await desk.ticket(TWO_TEAMS)
    contact = (await desk.seen(number))["interaction_id"]
    async with visit(f"/#/i/{contact}") as page:
        await expect(page.locator('[data-cell="Ticket"]')).to_contain_text(f"Also {number}-2 (Escalations)")
        further = panel(page, "ticket").locator(".further-tickets li")
        await expect(further).to_have_count(1)
        await expect(further).to_contain_text("Complaint")
        await assert_accessible(page)
        await further.get_by_role("link", name=f"{number}-2").click()
        await expect(page.locator("#ticket .ticket-id strong")).to_have_text(f"{number}-2")
        await expect(panel(page, "kin")).to_contain_text(f"Same contact{number}")
        await panel(page, "kin").get_by_role("link", name=number, exact=True).click()
        await expect(page.locator("#ticket .ticket-id strong")).to_have_text(number)


async def test_only_what_the_lifecycle_allows_is_offered(visit: Visit, desk: Desk) -> None:
    number = await desk.ticket()
    async with visit(address(number)) as page:
        await introduce(page)
        await assert_steps(page, "Set to pending", "Resolve", "Close")
        await button(page, "Resolve").click()
        await assert_steps(page, "Close", "Reopen")
        await button(page, "Reopen").click()
        await assert_steps(page, "Set to open", "Set to pending", "Resolve", "Close")
        await expect(panel(page, "history").locator("li").first).to_contain_text("from resolved to reopened")


async def test_comments_tell_colleagues_from_customers_and_stay_text(visit: Visit, desk: Desk) -> None:
    number = await desk.ticket()
    await desk.commented(number, f"First {HOSTILE}", by=HOSTILE)
    await desk.changed(number, assignee=HOSTILE)
    async with visit(address(number)) as page:
        await introduce(page)
        await button(page, "Add comment").click()
        await expect(panel(page, "comments").get_by_role("alert")).to_have_text("Please write something first.")
        await page.get_by_label("New comment").fill(f"{HOSTILE}\nCalled back.")
        await page.get_by_label("The customer was given this answer").check()
        await button(page, "Add comment").click()
        comments = page.locator(".notes li")
        await expect(comments).to_have_count(2)
        await expect(comments.nth(0)).to_contain_text("Internal")
        await expect(comments.nth(0).locator(".words")).to_have_text(f"First {HOSTILE}")
        await expect(comments.nth(1)).to_contain_text("Told to the customer")
        await expect(page.get_by_label("New comment")).to_have_value("")
        await expect(page.locator('[data-target="First response"]')).to_contain_text("Met")
        await expect(panel(page, "history")).to_contain_text("dana noted an answer that the customer was given")
        await expect(panel(page, "history")).to_contain_text(f"{HOSTILE} wrote an internal comment")
        await expect(page.locator('[data-cell="Assigned to"]')).to_contain_text(HOSTILE)
        assert await page.locator("#ticket img, #book img").count() == 0


async def test_a_hostile_title_stays_text(visit: Visit, desk: Desk) -> None:
    number = await desk.ticket()

    async def spoil(route: Route) -> None:
        body = await (await route.fetch()).json()
        for one in body.get("items", [body]):
            one["title"] = HOSTILE
        await route.fulfill(json=body)

    async with visit("/tickets.html") as page:
        await page.route(f"**/v1/tickets/{number}", spoil)
        await page.route("**/v1/tickets?*", spoil)
        await page.locator(f'[data-id="{number}"]').click()
        await expect(page.locator("#headline")).to_have_text(HOSTILE)
        await expect(page.locator(f'[data-id="{number}"] .line')).to_have_text(HOSTILE, timeout=PATIENCE)
        assert await page.locator("#ticket img, #book img").count() == 0


async def test_a_repeat_contact_is_told_and_merged_into_the_ticket_it_repeats(visit: Visit, desk: Desk) -> None:
    first, second = await desk.ticket(), await desk.ticket()
    async with visit(address(second)) as page:
        await introduce(page)
        await expect(page.locator(".headline .note")).to_contain_text(
            f"Repeat contact of {first}: priority raised. Duplicate of {first}"
        )
        await button(page, f"Merge into {first}").click()
        await expect(page.locator("#ticket .ticket-id strong")).to_have_text(first)
        await expect(page.locator("#announcer")).to_have_text(f"{second} was merged into {first}.")
        await expect(panel(page, "history").locator("li").first).to_contain_text(
            "dana merged another ticket into this one"
        )
        await panel(page, "kin").get_by_role("link", name=second).click()
        await expect(page.locator(".headline .note").first).to_contain_text(f"Merged into {first}")
        await expect(page.locator(STEPS)).to_have_count(0)
        await expect(page.get_by_label("New comment")).to_be_hidden()
        await expect(panel(page, "history")).to_contain_text(f"dana merged this ticket into {first}")
        await assert_accessible(page)


async def test_the_record_in_the_console_says_what_a_contact_repeats(visit: Visit, desk: Desk) -> None:
    first = await desk.ticket()
    async with visit() as page:
        await page.get_by_label("Customer id").fill("C-1001")
        await ask(page, REFUND)
        cell = page.locator('[data-cell="Ticket"]')
        await expect(cell).to_contain_text(f"Repeat contact of {first}: priority raised")
        await expect(cell).to_contain_text(f"Duplicate of {first}")
        await assert_accessible(page)
        await panel(page, "ticket").get_by_role("link", name=first).first.click()
        await expect(page.locator("#ticket .ticket-id strong")).to_have_text(first)


async def test_the_record_in_the_console_tells_how_its_ticket_stands_today(visit: Visit, desk: Desk) -> None:
    async with visit() as page:
        await page.clock.install()
        await ask(page, REFUND)
        today = page.locator("[data-today]")
        await expect(today).to_have_text("Now Open")
        number = await today.get_attribute("data-today")
        assert number
        await desk.changed(number, assignee="<b>lee</b>", status="pending")
        await page.clock.fast_forward(11_000)
        await expect(today).to_have_text("Now Pending with <b>lee</b>")
        await assert_accessible(page)
        other = await desk.ticket()
        await desk.asked("POST", f"/v1/tickets/{number}/merge", {"by": "lee", "into": other})
        await page.clock.fast_forward(11_000)
        await expect(today).to_have_text(f"Now Closed in {other}")


async def test_a_change_that_came_too_late_is_told_with_what_happened(visit: Visit, desk: Desk) -> None:
    number = await desk.ticket()

    async def overtaken(route: Route) -> None:
        await desk.changed(number, status="pending")
        await route.continue_()

    async with visit(address(number), mishaps=True) as page:
        await introduce(page)
        await page.route(
            f"**/v1/tickets/{number}",
            lambda route: overtaken(route) if route.request.method == "PATCH" else route.fallback(),
        )
        await button(page, "Resolve").click()
        told = page.locator(".actions [role=alert]")
        await expect(told).to_contain_text("Not saved, since the ticket changed in the meantime")
        await expect(told).to_contain_text("lee changed the status from open to pending.")
        await assert_steps(page, "Set to open", "Resolve", "Close")
        assert (await desk.seen(number))["status"] == "pending"


async def test_what_the_state_forbids_is_told_in_the_words_of_the_server(visit: Visit, desk: Desk) -> None:
    first, second = await desk.ticket(), await desk.ticket()
    await desk.changed(first, status="resolved")
    async with visit(address(second), mishaps=True) as page:
        await introduce(page)
        await button(page, f"Merge into {first}").click()
        told = panel(page, "kin").get_by_role("alert")
        await expect(told).to_contain_text(f"{first} is resolved; reopen it first")
        assert (await desk.seen(second))["merged_into"] is None


async def test_fields_are_saved_together_and_the_queues_are_those_of_the_business(visit: Visit, desk: Desk) -> None:
    number = await desk.ticket()
    async with visit(address(number), mishaps=True) as page:
        await introduce(page)
        form = panel(page, "properties")
        await expect(button(page, "Save")).to_be_hidden()
        await form.get_by_label("Priority").select_option("P4")
        await form.get_by_label("Assigned to").fill("lee")
        await expect(form.get_by_label("Queue").locator("option")).to_have_count(8)
        await form.get_by_label("Queue").select_option("Escalations")
        await button(page, "Save").click()
        await expect(button(page, "Save")).to_be_hidden()
        await expect(page.locator('[data-cell="Queue"]')).to_contain_text("Escalations")
        await expect(form.get_by_label("Queue")).to_have_value("escalations")
        story = panel(page, "history").locator("li").first
        for words in ("changed the priority from", "to P4", "to Escalations", "gave the ticket to lee"):
            await expect(story).to_contain_text(words)


async def test_what_was_chosen_and_not_saved_waits_for_who_comes_back(visit: Visit, desk: Desk) -> None:
    first, second = await desk.ticket(), await desk.ticket()
    async with visit(address(first)) as page:
        form = panel(page, "properties")
        await form.get_by_label("Assigned to").fill("kim")
        await page.locator(f'[data-id="{second}"]').click()
        await expect(page.locator("#ticket .ticket-id strong")).to_have_text(second)
        await expect(form.get_by_label("Assigned to")).to_have_value("")
        await page.go_back()
        await expect(page.locator("#ticket .ticket-id strong")).to_have_text(first)
        await expect(form.get_by_label("Assigned to")).to_have_value("kim")
        await expect(button(page, "Save")).to_be_visible()


async def test_what_a_person_began_survives_what_a_colleague_does(visit: Visit, desk: Desk) -> None:
    number = await desk.ticket()
    async with visit(address(number)) as page:
        form = panel(page, "properties")
        await form.get_by_label("Assigned to").fill("kim")
        await page.get_by_label("New comment").fill("Half a sentence")
        await desk.changed(number, priority="P4", assignee="lee")
        await expect(form.get_by_label("Priority")).to_have_value("P4", timeout=PATIENCE)
        await expect(form.get_by_label("Assigned to")).to_have_value("kim")
        await expect(form.get_by_role("status")).to_have_text(
            "Meanwhile somebody changed the assignee to lee; your choice, kim, is not saved yet."
        )
        await expect(page.get_by_label("New comment")).to_have_value("Half a sentence")
        await expect(page.get_by_label("New comment")).to_be_focused()
        await page.reload()
        await expect(page.get_by_label("New comment")).to_have_value("Half a sentence")
        await expect(form.get_by_label("Assigned to")).to_have_value("lee")


async def test_a_follow_up_is_ticked_off_and_taken_up_again(visit: Visit, desk: Desk) -> None:
    number = await desk.ticket()
    async with visit(address(number)) as page:
        await introduce(page)
        box = panel(page, "tasks").get_by_role("checkbox").first
        await box.focus()
        await page.keyboard.press("Space")
        await expect(panel(page, "tasks")).to_contain_text("done by dana, just now")
        await expect(box).to_be_focused()
        await expect(panel(page, "history").locator("li").first).to_contain_text("dana worked on a follow-up")
        await expect(panel(page, "history").locator("li").first).to_contain_text("Follow-up 1 done")
        await page.keyboard.press("Space")
        await expect(panel(page, "tasks")).not_to_contain_text("done by dana")
        await expect(box).not_to_be_checked()


async def test_the_list_is_filtered_and_the_address_keeps_it(visit: Visit, desk: Desk) -> None:
    mine, other = await desk.ticket(), await desk.ticket()
    await desk.changed(mine, assignee="robin", priority="P4")
    async with visit("/tickets.html") as page:
        await introduce(page, "robin")
        await page.get_by_label("Assigned to").select_option("Me")
        await expect(page.locator("#book a")).to_have_count(1)
        await expect(page.locator("#book a")).to_contain_text(mine)
        await page.get_by_label("Priority").select_option("P4")
        await page.reload()
        await expect(page.get_by_label("Assigned to")).to_have_value("mine")
        await expect(page.locator("#book a")).to_have_count(1)
        await page.get_by_label("Status").select_option("Closed")
        await expect(page.locator("#book-note")).to_have_text("No ticket fits these filters.")
        await expect(page.locator("#announcer")).to_have_text("No ticket fits these filters.")
        await button(page, "Show all").click()
        await expect(page.locator(f'[data-id="{other}"]')).to_be_visible()
        await page.locator(f'[data-id="{mine}"]').click()
        await button(page, "C-1001").click()
        await expect(page.locator("#narrowed")).to_contain_text("Customer C-1001")
        await expect(page.locator("#book a[aria-current]")).to_contain_text(mine)


async def test_the_list_goes_on_by_itself_and_holds_still_for_who_looks_at_it(visit: Visit, desk: Desk) -> None:
    first = await desk.ticket()
    async with visit("/tickets.html", mishaps=True) as page:
        row = page.locator(f'[data-id="{first}"]')
        await row.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#headline")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(row).to_be_focused()
        node = await row.element_handle()
        later = await desk.ticket()
        await expect(page.locator("#book a").first).to_contain_text(later, timeout=PATIENCE)
        await expect(row).to_be_focused()
        await expect(row).to_have_attribute("aria-current", "true")
        assert await page.evaluate("(node) => node.isConnected", node)
        await page.keyboard.press("ArrowUp")
        await expect(page.locator(f'[data-id="{later}"]')).to_be_focused()
        await page.route("**/v1/tickets?*", lambda route: route.abort())
        await expect(page.locator("#book-note")).to_contain_text("The server does not answer", timeout=PATIENCE)
        await expect(row).to_be_visible()
        await page.unroute("**/v1/tickets?*")
        await expect(page.locator("#book-note")).to_have_text("", timeout=PATIENCE)


async def test_the_time_left_counts_down_and_tells_when_it_is_late(visit: Visit, desk: Desk) -> None:
    number = await desk.ticket()
    async with visit(address(number)) as page:
        await page.clock.install()
        await page.reload()
        left = page.locator('[data-target="Resolution"] strong')
        await expect(left).to_contain_text("due in")
        await expect(page.locator(f'[data-id="{number}"]')).to_contain_text("due in")
        await page.clock.fast_forward(TEN_DAYS)
        await expect(left).to_contain_text("late by")
        await expect(page.locator(f'[data-id="{number}"]')).to_contain_text("late by")


async def test_what_other_systems_were_told_is_there_for_who_asks(visit: Visit, desk: Desk) -> None:
    number = await desk.ticket()
    told = {"event": f"{number}/1", "hook": "crm", "attempt": 2, "outcome": "failed", "error": HOSTILE}
    async with visit(address(number)) as page:
        await expect(page.locator(".told-others")).to_be_hidden()
        await page.route("**/v1/webhooks", lambda route: route.fulfill(json=[{"hook": "crm", "waiting": 1}]))
        await page.route("**/deliveries", lambda route: route.fulfill(json=[told | {"at": "2026-01-05T09:00:00Z"}]))
        await page.reload()
        await page.get_by_text("What other systems were told").click()
        for words in (f"{number}/1 to crm", "Failed", "Attempt 2", HOSTILE):
            await expect(page.locator(".told-others")).to_contain_text(words)


async def test_older_tickets_are_one_button_away(visit: Visit, desk: Desk) -> None:
    await asyncio.gather(*(desk.ticket(f"Where is my order {48200 + at}?", "C-1006") for at in range(21)))
    async with visit("/tickets.html") as page:
        await expect(page.locator("#book a")).to_have_count(20)
        await button(page, "Show older ones").click()
        await expect(page.locator("#book a").nth(20)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
async def test_everybody_can_use_it(visit: Visit, desk: Desk, width: int, scheme: Literal["light", "dark"]) -> None:
    number = await desk.ticket()
    await desk.commented(number, "x" * 200)
    await desk.changed(number, assignee="a-rather-long-name-without-any-break-of-the-longest-permitted-kind"[:64])
    async with visit("/tickets.html", width=width, scheme=scheme) as page:
        await expect(page.locator(f'[data-id="{number}"]')).to_be_visible()
        await assert_accessible(page)
        await page.locator(f'[data-id="{number}"]').click()
        await expect(panel(page, "history")).to_contain_text("gave the ticket to")
        for summary in await page.locator("details > summary:visible").all():
            await summary.click()
        await assert_accessible(page)
        await button(page, "Who are you?").click()
        await button(page, "That is me").click()
        await expect(page.locator("#me-problem")).to_have_text("Please say who you are, for example dana.")
        await assert_accessible(page)
        await page.keyboard.press("Escape")
        if width < 860:
            await expect(page.locator("#book")).to_be_hidden()
            await page.get_by_role("link", name="All tickets").click()
            await expect(page.locator("#book")).to_be_visible()
            await expect(page.locator("#ticket")).to_be_hidden()


async def test_who_does_not_say_who_they_are_changes_nothing(visit: Visit, desk: Desk) -> None:
    number = await desk.ticket()
    async with visit(address(number)) as page:
        before = (await desk.seen(number))["rev"]
        await button(page, "Resolve").click()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await page.get_by_role("checkbox").first.click()
        await button(page, "Cancel").click()
        await expect(page.get_by_role("checkbox").first).not_to_be_checked()
        assert (await desk.seen(number))["rev"] == before


async def test_an_unknown_ticket_is_said_to_be_unknown(visit: Visit) -> None:
    async with visit(address("RET-1"), mishaps=True) as page:
        await expect(panel(page, "notice")).to_contain_text("There is no such ticket")
