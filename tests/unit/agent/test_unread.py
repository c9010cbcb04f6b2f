"""What cannot be read within the limit of work goes to a person, and the agent stays at its desk."""

import time
from dataclasses import replace

import pytest

from callcenter import telemetry
from services.agent.conversation import Desk
from services.agent.facts import Extractor

from .test_dialogue import Talk

BAIT = "my code is " + "a" * 80


@pytest.fixture
def trapped(desk: Desk) -> Desk:
    """A desk whose business has a pattern that one text takes for ever."""
    slot = desk.reasons.slots["order_id"].model_copy(update={"pattern": r"(?:a|aa)+!|\b\d{5}\b"})
    return replace(desk, extractor=Extractor({**desk.reasons.slots, "order_id": slot}))


async def test_the_customer_hears_that_a_person_will_read_it(trapped: Desk):
    talk, began = Talk(trapped), time.process_time()
    said = await talk.say(BAIT)
    assert time.process_time() - began < 30
    assert (talk.acts, talk.outcome) == (["unclear"], "unclear")
    assert "colleague" in said
    assert 'callcenter_moments_total{moment="text_unread",service="agent"}' in telemetry.metrics()[0].decode()


async def test_it_goes_on_from_what_it_knew(trapped: Desk):
    talk = Talk(trapped)
    await talk.say("I want a refund")
    await talk.say(BAIT)
    assert talk.acts == ["ask email", "unclear"]
    assert [reason.code for reason in talk.state.reasons] == ["refund_request"]
    assert talk.state.heard == 3


async def test_other_texts_are_read_as_ever(trapped: Desk):
    talk = Talk(trapped)
    await talk.say("I want a refund")
    await talk.say("48213")
    assert talk.state.facts == {"order_id": "48213"}
