"""Several requests of one contact, each decided by its own facts over those that they share."""

import pytest

from callcenter.business import load
from callcenter.events import (
    ContactReason,
    ConversationHeld,
    Dialogue,
    Entity,
    Evidence,
    InformationNeeded,
    PolicyDecided,
)
from services.agent.reasons import ContactReasons
from services.policy.rulebook import Rulebook
from services.policy.under_way import slots_of
from services.policy.worker import PolicyWorker
from tests.unit.policy.conftest import RETAIL, held, proof_of, reason

ROBERT = proof_of("C-1006")
SHIPPED, PROCESSING, NOBODYS = "48244", "48402", "99999"


def own(code: str, **facts: str) -> ContactReason:
    """The request with facts of its own."""
    there = Evidence(turn=0, start=0, end=5)
    entities = tuple(
        Entity(name=name, value=value, type="text", evidence=there, confidence=1, extractor="test")
        for name, value in facts.items()
    )
    return reason(code).model_copy(update={"entities": entities})


def several(main: ContactReason, *also: ContactReason, **said: str) -> ConversationHeld:
    """A live conversation about these; what is anyone's own was stated like everything else."""
    entities = tuple(entity for one in (main, *also) for entity in one.entities)
    event = held(main.code, **said)
    sections = {"contact_reason": main, "secondary_reasons": also, "entities": (*event.entities, *entities)}
    return event.model_copy(update={**sections, "dialogue": Dialogue()})


async def decided(worker: PolicyWorker, event: ConversationHeld) -> PolicyDecided:
    decision = await worker.decide(event)
    assert isinstance(decision, PolicyDecided)
    return decision


async def test_each_thing_is_decided_by_itself_and_named(worker: PolicyWorker):
    orders = [own("order_cancel", order_id=SHIPPED), own("order_cancel", order_id=PROCESSING)]
    decisions = (await decided(worker, several(*orders, **ROBERT))).policy.decisions
    assert [decision.about for decision in decisions] == [{"order_id": SHIPPED}, {"order_id": PROCESSING}]
    assert [decision.verdict for decision in decisions] == ["deny", "allow"]
    assert [decision.facts["order.status"] for decision in decisions] == ["shipped", "processing"]


async def test_the_order_of_the_things_changes_no_decision(worker: PolicyWorker):
    orders = [own("order_cancel", order_id=PROCESSING), own("order_cancel", order_id=SHIPPED)]
    decisions = (await decided(worker, several(*orders, **ROBERT))).policy.decisions
    assert [(decision.about["order_id"], decision.verdict) for decision in decisions] == [
        (PROCESSING, "allow"),
        (SHIPPED, "deny"),
    ]


async def test_different_requests_keep_to_their_own_facts(worker: PolicyWorker):
    event = several(own("order_status", order_id=SHIPPED), own("order_cancel", order_id=PROCESSING), **ROBERT)
    status, cancel = (await decided(worker, event)).policy.decisions
    assert SHIPPED in status.reason_customer
    assert PROCESSING not in status.reason_customer
    assert (cancel.verdict, cancel.about) == ("allow", {"order_id": PROCESSING})


async def test_what_is_said_once_is_for_all(worker: PolicyWorker):
    event = several(reason("order_status"), reason("order_cancel"), order_id=PROCESSING, **ROBERT)
    decisions = (await decided(worker, event)).policy.decisions
    assert [decision.about for decision in decisions] == [{}, {}]
    assert decisions[1].verdict == "allow"


async def test_what_is_another_requests_own_is_not_taken(worker: PolicyWorker):
    """Which order is to be canceled was not said, and that another one is asked about does not tell."""
    asked = await worker.decide(several(own("order_status", order_id=PROCESSING), reason("order_cancel"), **ROBERT))
    assert isinstance(asked, InformationNeeded)
    assert (asked.question.slot, asked.question.request) == ("order_id", 1)


async def test_the_one_that_lacks_something_is_asked_about(worker: PolicyWorker):
    orders = [own("order_cancel", order_id=PROCESSING), own("order_cancel", order_id=NOBODYS)]
    asked = await worker.decide(several(*orders, **ROBERT))
    assert isinstance(asked, InformationNeeded)
    assert (asked.question.slot, asked.question.request) == ("order_id", 1)
    assert NOBODYS in asked.question.text


async def test_what_all_share_is_asked_for_all(worker: PolicyWorker):
    asked = await worker.decide(several(reason("order_cancel"), order_id=NOBODYS, **ROBERT))
    assert isinstance(asked, InformationNeeded)
    assert asked.question.request is None


@pytest.mark.parametrize("business", ["retail", "telecom", "banking"])
def test_what_tells_requests_apart_tells_apart_what_is_agreed_for_them(business: str):
    """Else the second of two things would be taken for the first, but where the business says what the thing is."""
    book = load(RETAIL.parent / business, "policy.yaml", Rulebook)
    reasons = load(RETAIL.parent / business, "contact_reasons.yaml", ContactReasons)
    rules = [(one, rule) for one in reasons.reasons for rule in book.rulings if rule.rule.is_about(one.found(1, ()))]
    acting = [(one, rule, rule.rule.action) for one, rule in rules if rule.rule.action]
    agreed = [(one, rule) for one, rule, do in acting if do.about is None and do.name not in book.under_way.repeatable]
    assert agreed
    for one, rule in agreed:
        assert {*one.needs} - {*reasons.identity.facts} <= slots_of(rule, book), rule.rule.id
