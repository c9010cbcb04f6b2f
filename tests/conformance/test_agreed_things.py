"""What is agreed about several things of one contact, over memory and over Redis: each once, and only what was."""

import asyncio
from datetime import timedelta

import pytest

from callcenter.events import ConversationHeld, Decision, Dialogue, InteractionCompleted, PolicyDecided, Turn
from callcenter.storage.agreements import Agreements
from services.policy import build
from services.policy.agreement import Agreement
from services.policy.settings import PolicySettings
from services.policy.worker import PolicyWorker
from tests import dossier
from tests.hands import by_people
from tests.unit.policy.conftest import MONDAY_NOON, RETAIL, proof_of
from tests.unit.policy.test_several_things import own, several

BUYER, ACCOUNT = proof_of("C-1042"), "retail:C-1042"
BASKET, DESK, SHELF = "47801", "47809", "47803"
LATER = MONDAY_NOON + timedelta(hours=1)


@pytest.fixture
def desk(agreements: Agreements) -> PolicyWorker:
    return PolicyWorker(by_people(build(PolicySettings(businesses_dir=RETAIL.parent)).desks), agreements)


def asked(contact: str, *orders: str, code: str = "refund_request", words: str = "Hello") -> ConversationHeld:
    """A contact in which the buyer asks for the same with each of these orders."""
    event = several(*(own(code, order_id=order) for order in orders), **BUYER)
    said = Turn(turn=0, at=MONDAY_NOON, speaker="customer", text=words)
    return event.model_copy(update={"interaction_id": contact, "transcript": (said,)})


def ended(event: PolicyDecided) -> InteractionCompleted:
    completed = dossier.completed(dossier.opened(event, "RET-1241"))
    return completed.model_copy(update={"occurred_at": event.occurred_at})


async def decided(desk: PolicyWorker, event: ConversationHeld) -> PolicyDecided:
    decision = await desk.decide(event)
    assert isinstance(decision, PolicyDecided)
    return decision


async def kept(agreements: Agreements) -> list[Agreement]:
    found = [Agreement.of(entry) for entry in await agreements.of(ACCOUNT)]
    return sorted(found, key=lambda one: one.about["order_id"])


def acted_on(*events: PolicyDecided) -> list[str]:
    """The orders that money is given back for."""
    return [one.about["order_id"] for event in events for one in event.policy.decisions if one.action]


def only(decision: Decision) -> Decision:
    assert decision.action is None
    return decision


async def test_two_things_of_one_contact_are_two_agreements(desk: PolicyWorker, agreements: Agreements) -> None:
    event = await decided(desk, asked("first", BASKET, DESK))
    assert acted_on(event) == [BASKET, DESK]
    assert [(one.about, one.own) for one in await kept(agreements)] == [
        ({"order_id": order},) * 2 for order in acted_on(event)
    ]


async def test_the_same_thing_twice_is_one_agreement(desk: PolicyWorker, agreements: Agreements) -> None:
    event = await decided(desk, asked("first", BASKET, f" {BASKET}"))
    assert acted_on(event) == [BASKET]
    assert [one.about for one in await kept(agreements)] == [{"order_id": BASKET}]


async def test_what_was_left_out_is_not_claimed(desk: PolicyWorker, agreements: Agreements) -> None:
    event = asked("first", BASKET)
    stated = asked("first", BASKET, DESK)
    left_out = {"entities": stated.entities, "dialogue": Dialogue(left_out=(own("refund_request", order_id=DESK),))}
    assert acted_on(await decided(desk, event.model_copy(update=left_out))) == [BASKET]
    assert [one.about for one in await kept(agreements)] == [{"order_id": BASKET}]
    assert acted_on(await decided(desk, asked("second", DESK))) == [DESK]


async def test_only_the_thing_that_was_agreed_before_is_not_agreed_again(desk: PolicyWorker) -> None:
    await desk.remember(ended(await decided(desk, asked("first", BASKET))))
    again = await decided(desk, asked("second", DESK, BASKET))
    assert acted_on(again) == [DESK]
    assert "for order 47801: ticket RET-1241" in only(again.policy.decisions[1]).reason_customer
    assert again.policy.decisions[1].about == {"order_id": BASKET}


async def test_a_contact_about_several_things_that_is_delivered_again_is_decided_as_before(desk: PolicyWorker) -> None:
    await decided(desk, asked("first", BASKET))
    event = asked("second", BASKET, DESK)
    before = await decided(desk, event)
    assert (await desk.decide(event)).encoded() == before.encoded()
    await desk.remember(ended(before))
    await decided(desk, asked("third", BASKET, DESK, SHELF))
    assert (await desk.decide(event)).encoded() == before.encoded()


async def test_of_contacts_that_overlap_each_thing_is_agreed_to_once(desk: PolicyWorker) -> None:
    pairs = [(BASKET, DESK), (DESK, SHELF), (SHELF, BASKET)] * 3
    events = await asyncio.gather(*(decided(desk, asked(str(n), *pair)) for n, pair in enumerate(pairs)))
    assert sorted(acted_on(*events)) == [BASKET, SHELF, DESK]


async def test_of_two_things_that_were_claimed_the_one_that_was_decided_is_kept(
    desk: PolicyWorker, agreements: Agreements
) -> None:
    """As where the account had changed when the contact was delivered again: an action of the same kind is let go."""
    event = await decided(desk, asked("first", BASKET, SHELF, code="damaged_item"))
    first, second = event.policy.decisions
    assert first.action == second.action
    policy = event.policy.model_copy(update={"decisions": (first, second.model_copy(update={"action": None}))})
    await desk.remember(ended(event.model_copy(update={"policy": policy})))
    assert [one.about for one in await kept(agreements)] == [{"order_id": BASKET}]


async def test_a_question_about_each_is_told_how_each_stands(desk: PolicyWorker) -> None:
    await desk.remember(ended(await decided(desk, asked("first", BASKET))))
    told, new = (await decided(desk, asked("second", BASKET, DESK, code="refund_status"))).policy.decisions
    assert (told.rule_id, new.rule_id) == ("refund_status.agreed", "refund_status.none")
    assert "we agreed to refund $64.00 for order 47801" in told.reason_customer


@pytest.mark.parametrize(
    ("order", "things"), [(BASKET, [BASKET]), (DESK, [DESK]), ("47802", [BASKET, DESK]), ("", [BASKET, DESK])]
)
async def test_a_ticket_of_several_things_tells_of_the_one_that_is_asked_about_or_of_all(
    desk: PolicyWorker, order: str, things: list[str]
) -> None:
    await desk.remember(ended(await decided(desk, asked("first", BASKET, DESK))))
    event = asked("second", order, code="refund_status", words="any news on RET-1241?")
    if not order:
        event = event.model_copy(update={"contact_reason": None, "outcome": "unclear", "entities": event.entities[:3]})
    (told,) = (await decided(desk, event)).policy.decisions
    assert [thing for thing in (BASKET, DESK) if f"for order {thing}" in told.reason_customer] == things
    assert told.reason_customer.count("RET-1241") == 1
