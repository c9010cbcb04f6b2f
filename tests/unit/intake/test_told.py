"""What a customer is answered holds what was said in the conversation, and nothing else of the account."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from callcenter.settings import PROJECT
from services.intake.told import told_view
from tests.unit.intake.house import open_house
from tests.unit.intake.test_conversations import QUICK, Caller

ACCOUNTS = yaml.safe_load((PROJECT / "businesses" / "retail" / "accounts.yaml").read_text())["customers"]
DANA = next(one for one in ACCOUNTS if one["customer_id"] == "C-1001")
COMMON = {"customer_id", "returned"}
"""Facts whose values are words of every record."""
OURS = {"standard"}
"""A tier of customers, and the name of an engine."""


def values(fact: Any, name: str = "") -> Iterator[str]:
    """Everything that is long enough to be told from other words of a record."""
    if isinstance(fact, dict):
        for key, value in fact.items():
            yield from values(value, key)
    elif isinstance(fact, list):
        for value in fact:
            yield from values(value, name)
    elif len(str(fact)) >= 5 and not isinstance(fact, bool) and name not in COMMON:
        yield str(fact)


def untold(view: dict[str, Any]) -> set[str]:
    """What is in a view of the account of Dana, and was not said in the talk."""
    said = "\n".join(turn["text"] for turn in view["record"]["transcript"])
    shown = json.dumps({name: value for name, value in view["record"].items() if name != "transcript"})
    return {one for one in values(DANA) if one in shown and one not in said} - OURS


TALKS = [
    ("I want to return something", "my email is dana.lopez@example.com", "94107", "the espresso machine", "yes", "bye"),
    ("Can you cancel my order?", "dana.lopez@example.com", "94107", "48213", "yes", "no", "bye"),
    ("Where is my order?", "dana.lopez@example.com and 94107", "48213", "thanks, bye"),
]


@pytest.mark.parametrize("lines", TALKS)
async def test_nothing_of_the_account_is_in_an_answer_that_was_not_said(lines: tuple[str, ...]) -> None:
    seen_by_us = set[str]()
    async with open_house(settings=QUICK) as house:
        caller = await Caller.open(house, business="retail", text=lines[0])
        for line in lines[1:]:
            if caller.view["status"] != "completed":
                await caller.say(line)
            assert untold(caller.view) == set(), caller.said
            seen_by_us |= untold(await caller.read())
    assert seen_by_us, "our people saw more, else nothing was left out"


async def test_what_was_said_and_decided_is_in_it() -> None:
    async with open_house(settings=QUICK) as house:
        caller = await Caller.open(house, business="retail", text="I want a refund for order 48213")
        await caller.say("dana.lopez@example.com")
        view = await caller.say("94107")
        (proposal,) = view["record"]["dialogue"]["standing"]["proposals"]
        assert (proposal["action"]["name"], proposal["action"]["amount"]) == ("refund", "129.00")
        await caller.say("yes, please")
        record = (await caller.say("no, that is all"))["record"]
    (decision,) = record["policy"]["decisions"]
    assert (decision["verdict"], decision["action"]["name"]) == ("allow", "refund")
    assert record["ticket"]["ticket_id"] in record["summary"]["reply_to_customer"]
    assert {*record["summary"]} == {"reply_to_customer"}
    assert {*record["ticket"]} == {"ticket_id", "priority", "sla"}
    assert record["contact"]["verified"]["verified"]
    inside = (decision["checks"], decision["facts"], decision["reason_internal"])
    assert inside == ([], {}, "")


async def test_a_section_that_nobody_let_out_stays_inside() -> None:
    async with open_house(settings=QUICK) as house:
        view = await (await Caller.open(house, text="hello")).read()
    more = {**view, "record": {**view["record"], "account": {"balance": "1.00"}}}
    assert told_view(more) == told_view(view)


async def test_whoever_sends_a_simulated_customer_reads_all() -> None:
    async with open_house(settings=QUICK) as house:
        view = await house.finished()
        assert view["record"]["policy"]["decisions"][0]["checks"]
        assert told_view(view) == view
