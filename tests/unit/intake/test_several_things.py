"""One contact about several things, through all services of the house: agreed, decided, told and shown for each."""

from typing import Any

import pytest

from services.intake.export import printable
from tests.unit.intake.house import House, open_house
from tests.unit.intake.test_conversations import QUICK, Caller

ROBERT = "My email is robert.haines@example.com and my zip code is 30309."
CLEMENT = "My email is clement.achebe@example.com, my zip code is 43215, I was born on September 9, 1982."
NADIA = "My email is nadia.petrova@example.org and my zip code is 19125."


async def agreed(house: House, business: str, *texts: str) -> dict[str, Any]:
    """What our people see of a contact that was talked through to its end; each step but the last leaves it open."""
    caller = await Caller.open(house, business=business, text=texts[0])
    for text in (*texts[1:], "no, that is all"):
        assert caller.view["status"] == "waiting", caller.said
        await caller.say(text)
    assert caller.view["status"] == "completed", caller.said
    return await caller.read()


def decided(view: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Of each decision the reason, the thing and the verdict."""
    decisions = view["record"]["policy"]["decisions"]
    return [(one["contact_reason"], " ".join(one["about"].values()), one["verdict"]) for one in decisions]


def spoken(view: dict[str, Any]) -> list[str]:
    return [turn["text"] for turn in view["record"]["transcript"] if turn["speaker"] == "agent"]


async def test_a_shop_decides_on_each_order():
    async with open_house(settings=QUICK) as house:
        view = await agreed(house, "retail", f"Please cancel orders 48244 and 48402. {ROBERT}", "yes")
    record = view["record"]
    assert decided(view) == [("order_cancel", "48244", "deny"), ("order_cancel", "48402", "allow")]
    assert [one["code"] for one in (record["contact_reason"], *record["secondary_reasons"])] == ["order_cancel"] * 2
    assert {entity["value"] for entity in record["entities"]} >= {"48244", "48402"}
    assert all(number in spoken(view)[0] for number in ("48244", "48402")), "read back"
    assert all(number in record["summary"]["reply_to_customer"] for number in ("48244", "48402"))
    assert all(number in record["ticket"]["title"] for number in ("48244", "48402"))
    assert record["summary"]["reply_to_customer"].count("48402") > 0
    assert all(number in printable(view) for number in ("order cancel 48244", "order cancel 48402"))


async def test_what_was_left_out_is_not_decided_on():
    async with open_house(settings=QUICK) as house:
        view = await agreed(house, "retail", f"Please cancel 48244 and 48402. {ROBERT}", "not the first one", "yes")
    assert decided(view) == [("order_cancel", "48402", "allow")]
    assert [one["entities"][0]["value"] for one in view["record"]["dialogue"]["left_out"]] == ["48244"]
    assert "48244" not in view["record"]["ticket"]["title"]


async def test_a_bank_decides_on_each_transfer():
    said = f"Both transfers, T209001 and T209003, have to be stopped. {CLEMENT}"
    async with open_house(settings=QUICK) as house:
        view = await agreed(house, "banking", said, "yes")
    assert [about for _, about, _ in decided(view)] == ["T209001", "T209003"]
    assert len({verdict for _, _, verdict in decided(view)}) == 2, "one can be stopped, the other has left"
    assert all(number in view["record"]["summary"]["reply_to_customer"] for number in ("T209001", "T209003"))


async def test_a_phone_company_keeps_two_bills_and_two_requests_apart():
    said = f"Please explain my bill 417800. And I need a copy of 417892. {NADIA}"
    async with open_house(settings=QUICK) as house:
        view = await agreed(house, "telecom", said, "yes")
    told = {code: about for code, about, _ in decided(view)}
    assert told == {"bill_explain": "417800", "bill_copy": "417892"}
    assert all(number in view["record"]["summary"]["reply_to_customer"] for number in ("417800", "417892"))


@pytest.mark.parametrize(("wrong", "right"), [("99999", "48402")])
async def test_the_one_that_is_not_found_is_asked_for_and_the_other_stays(wrong: str, right: str):
    async with open_house(settings=QUICK) as house:
        caller = await Caller.open(house, business="retail", text=f"Please cancel 48244 and {wrong}. {ROBERT}")
        assert (caller.view["status"], wrong in caller.said[-1]) == ("waiting", True)
        await caller.say(right)
        assert all(number in caller.said[-1] for number in ("48244", right)), "read back"
        await caller.say("yes")
        await caller.say("no, that is all")
    assert decided(caller.view) == [("order_cancel", "48244", "deny"), ("order_cancel", right, "allow")]
