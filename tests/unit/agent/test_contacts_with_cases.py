"""Contacts of several cases, as chance makes them: what is agreed was read back, had its yes, and is done once."""

import asyncio
from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.events import AgentSpoke, Decision, PolicyDecided
from services import policy
from services.agent.worker import AgentWorker
from services.policy.worker import PolicyWorker
from tests.live import LiveContact

from .conftest import requested

ROBERT = "robert.haines@example.com, zip 30309"
YES = ("yes", "yes please", "go ahead")
LINES = (
    *YES,
    *("no", "never mind", "hold on", "I don't know", "thanks", "no, that is all"),
    *("please cancel order 48402", "please cancel order 48244", "and 48244 too", "cancel the drill bits", "48402"),
    *("I want a refund for order 48402", "I want my money back for the drill", "send me the invoice of order 48402"),
    *("don't cancel it", "actually, don't do it after all", "where is my drill?", "when will I get the money?"),
    *("how long do refunds take?", "not that one, the other one", "both of them", "get me a person"),
)


@pytest.fixture(scope="module")
def rules() -> PolicyWorker:
    return policy.build()


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.sampled_from(LINES), min_size=2, max_size=14))
def test_nothing_is_agreed_unread_or_twice(worker: AgentWorker, rules: PolicyWorker, lines: list[str]) -> None:
    contact = LiveContact(worker, rules, requested("", business="retail"))
    asyncio.run(_play(contact, lines))
    decided = contact.decided
    acting = [one for one in decided.policy.decisions if one.action]
    for one in acting:
        assert _had_its_yes(decided, one), (lines, one.action)
    done = Counter((one.action.name, *one.about.values()) for one in acting if one.action)
    assert all(times == 1 for name, times in done.items() if name[0] != "send_invoice"), lines
    actions = [one.action for one in acting if one.action and "48402" in one.about.values()]
    assert sum((one.amount or Decimal(0) for one in actions), Decimal(0)) <= Decimal("24.00"), lines


async def _play(contact: LiveContact, lines: list[str]) -> None:
    for line in ("please cancel order 48402", ROBERT, *lines):
        if isinstance(contact.event, PolicyDecided):
            return
        await contact.say(line)
    if isinstance(contact.event, AgentSpoke):
        await contact.leave()


def _had_its_yes(decided: PolicyDecided, one: Decision) -> bool:
    """Whether a read-back of this thing came right before one of the plain yeses."""
    turns = decided.transcript
    thing = next(iter(one.about.values()), "")
    return any(
        read.speaker == "agent" and thing in read.text and "I would" in read.text and said.text in YES
        for read, said in pairwise(turns)
    )
