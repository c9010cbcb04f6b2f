"""A customer who asks again about what was agreed: through all five desks, in words of their own."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.unit.intake.house import House, open_house

DANA = ("my email is dana.lopez@example.com", "94107", "April 12, 1988")


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    async with open_house() as house:
        yield house


async def talked(house: House, business: str, *lines: str) -> dict[str, Any]:
    """The record of a conversation that ends with one of these lines, or with a yes and goodbye."""
    view = (await house.ask({"mode": "live", "business": business, "text": lines[0]}, prefer="wait=20")).json()
    for line in (*lines[1:], "yes please", "yes", "no, that is all"):
        if view["status"] == "completed":
            break
        over = view["record"]["dialogue"]["acts"][-1]["kind"] == "anything_else"
        said = {"text": "no, that is all" if over else line}
        answer = await house.client.post(view["links"]["messages"], json=said, headers={"Prefer": "wait=20"})
        view = answer.json()
    said = "\n".join(turn["text"] for turn in view["record"]["transcript"])
    assert view["status"] == "completed", said
    whole = (await house.client.get(view["links"]["self"])).json()  # who speaks is shown less
    record: dict[str, Any] = whole["record"]
    return record


def action_of(record: dict[str, Any]) -> str | None:
    action = record["policy"]["decisions"][0]["action"]
    return action and action["name"]


async def test_news_about_a_refund_names_what_was_agreed(house: House) -> None:
    first = await talked(house, "retail", "I want my money back for order 48213", *DANA)
    assert action_of(first) == "refund"
    number = first["ticket"]["ticket_id"]
    again = await talked(house, "retail", "is there any news about my refund for order 48213?", *DANA)
    assert action_of(again) is None
    for part in ("we agreed to refund $129.00 for order 48213", f"ticket {number}, to be done by"):
        assert part in again["summary"]["reply_to_customer"]
    assert "no refund" not in again["summary"]["reply_to_customer"]


async def test_the_same_refund_asked_for_again_is_not_paid_twice(house: House) -> None:
    first = await talked(house, "retail", "I want my money back for order 48213", *DANA)
    again = await talked(house, "retail", "please refund my order 48213, I still don't have the money", *DANA)
    assert (action_of(first), action_of(again)) == ("refund", None)
    assert f"ticket {first['ticket']['ticket_id']}" in again["summary"]["reply_to_customer"]


async def test_a_fee_that_is_asked_for_again_is_not_given_back_twice(house: House) -> None:
    first = await house.finished(FEE)
    assert action_of(first["record"]) == "refund_fee"
    second = (await house.finished(FEE | {"text": STILL_NOT_THERE}))["record"]
    assert action_of(second) is None
    assert "we agreed to refund the overdraft fee of $29.00" in second["summary"]["reply_to_customer"]
    assert first["record"]["ticket"]["ticket_id"] in second["summary"]["reply_to_customer"]


FEE = {"business": "banking", "text": "Could you refund me the overdraft fee?", "customer_id": "B-2002", "seed": 3}
STILL_NOT_THERE = "This morning I asked for a refund of my overdraft fee and it is still not on my account"


async def test_a_ticket_number_finds_its_matter(house: House) -> None:
    first = await talked(house, "retail", "I want my money back for order 48213", *DANA)
    number = first["ticket"]["ticket_id"]
    told = await talked(house, "retail", f"any update on my refund? ticket {number}", "order 48260", *DANA)
    assert f"ticket {number}, to be done by" in told["summary"]["reply_to_customer"]


async def test_a_ticket_number_tells_a_stranger_nothing(house: House) -> None:
    first = await talked(house, "retail", "I want my money back for order 48213", *DANA)
    number = first["ticket"]["ticket_id"]
    tom = ("tom.okafor@example.com", "77006")
    told = await talked(house, "retail", f"any update on my refund? ticket {number}", "order 48260", *tom)
    assert told["contact"]["verified"]["verified"]
    assert told["contact"]["customer_id"] != "C-1001"
    assert "129" not in told["summary"]["reply_to_customer"]
    assert number not in told["summary"]["reply_to_customer"]


async def test_of_two_things_agreed_together_each_is_known_when_it_is_asked_for_again(house: House) -> None:
    who = "my email is edith.marlowe@example.com and my zip code is 55105"
    first = await talked(house, "retail", f"I want my money back for 47801 and 47809, {who}")
    assert [one["action"]["name"] for one in first["policy"]["decisions"]] == ["refund", "refund"]
    assert [one["about"]["order_id"] for one in first["policy"]["decisions"]] == ["47801", "47809"]
    again = await talked(house, "retail", f"please refund my order 47809, {who}")
    assert action_of(again) is None
    told = again["summary"]["reply_to_customer"]
    assert f"we agreed to refund $500.00 for order 47809: ticket {first['ticket']['ticket_id']}" in told
    assert "47801" not in told
