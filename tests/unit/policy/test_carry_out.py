"""What was agreed gets done: frozen first, then done once, and told as it came out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx2
import pytest
import yaml
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.business import load
from callcenter.conditions import work_of
from callcenter.errors import BusinessError, Permanent, Transient, Unavailable
from callcenter.events import (
    Act,
    ActionOrder,
    ActionsAgreed,
    CarriedOut,
    CaseAgreed,
    CaseSettled,
    Decision,
    Dialogue,
    InteractionCompleted,
    Pending,
    PolicyDecided,
    Settled,
)
from callcenter.storage import audit
from callcenter.storage.agreements import MemoryAgreements
from callcenter.storage.audit import Audit, MemoryAudit
from services import summary, ticketing
from services.policy import build
from services.policy.accounts import Account
from services.policy.actions import Done, NotDone
from services.policy.actions.machine import Machine
from services.policy.preview import router
from services.policy.rulebook import Rulebook
from services.policy.settings import PolicySettings
from services.policy.worker import Desk, PolicyWorker
from tests.unit.policy.conftest import CUSTOMERS, MONDAY_NOON, RETAIL, held, proof_of

BUYER = next(one for one, known in CUSTOMERS.items() if any(o["order_id"] == "48399" for o in known["orders"]))
ORDERS = [(one, order["order_id"]) for one, known in CUSTOMERS.items() for order in known["orders"]]
REASONS = (
    "order_cancel",
    "refund_request",
    "delivery_late",
    "damaged_item",
    "wrong_item",
    "double_charge",
    "order_status",
)


class Scripted:
    """An actions port that answers what it was told to, and remembers what it was asked."""

    name = "the test"

    def __init__(self, *answers: Done | NotDone | Exception) -> None:
        self.answers, self.asked = list(answers), list[ActionOrder]()

    def takes(self, order: ActionOrder) -> bool:
        return bool(order.key)

    async def carry_out(self, order: ActionOrder, now: datetime) -> Done | NotDone:
        self.asked.append(order)
        answer = self.answers.pop(0) if self.answers else Done(now)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def shown(self, account: Account, only: str | None = None) -> Account:
        assert only is None or only
        return account

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(scope="module")
def built() -> PolicyWorker:
    return build(PolicySettings(businesses_dir=RETAIL.parent))


@pytest.fixture
def shop() -> PolicyWorker:
    """The shop on sample accounts of its own."""
    return build(PolicySettings(businesses_dir=RETAIL.parent), MemoryAgreements())


def with_actions(
    worker: PolicyWorker, actions: Scripted, *, later: float = 0, log: Audit | None = None
) -> PolicyWorker:
    """The shop with other hands, and a clock that shows so many seconds after the decision."""
    desk = worker.desks["retail"]
    machine = Machine(actions, desk.machine.shape, patience=60)
    desks = {"retail": Desk(desk.accounts, desk.judge, machine)}
    return PolicyWorker(desks, clock=lambda: MONDAY_NOON + timedelta(seconds=later), audit=log)


def contact(
    number: int, code: str = "order_cancel", customer: str = BUYER, order_id: str = "48399", **said: str
) -> Any:
    """One of several contacts, as the agent publishes it."""
    event = held(code, order_id=order_id, **proof_of(customer))
    own = {"interaction_id": f"contact-{number}", "event_id": UUID(int=number)}
    return event.model_copy(update=own | {"contact": event.contact.model_copy(update={"number": number})})


async def agreed(worker: PolicyWorker, event: Any) -> ActionsAgreed:
    answer = await worker.decide(event)
    assert isinstance(answer, ActionsAgreed)
    return answer.sealed(MONDAY_NOON)


async def came_out(worker: PolicyWorker, event: Any) -> PolicyDecided:
    """The decision, with what was carried out of it."""
    answer = await worker.decide(event)
    return await worker.carry_out(answer.sealed(MONDAY_NOON)) if isinstance(answer, ActionsAgreed) else answer


async def wrapped_up(event: PolicyDecided) -> InteractionCompleted:
    return await summary.build().wrap_up(await ticketing.build().open(event))


def result(event: PolicyDecided) -> CarriedOut:
    carried_out = event.policy.decisions[0].carried_out
    assert carried_out
    return carried_out


# --- frozen, done, told -----------------------------------------------------------------------------------------------


async def test_the_order_is_frozen_before_anything_is_done(shop: PolicyWorker) -> None:
    event = await agreed(shop, contact(1))
    (order,) = event.orders
    assert (order.action.name, order.action.amount, order.about) == (
        "cancel_order",
        Decimal("118.00"),
        {"order_id": "48399"},
    )
    changes = {change.place: (change.was, change.to) for change in order.changes}
    assert changes == {
        "status": ("processing", "cancelled"),
        "refunded": ("0.00", "118.00"),
        "refunded_at": (None, "2026-03-02"),
    }
    again = await agreed(shop, contact(1))
    assert again.orders == event.orders, "nothing is done by deciding, so that it is decided the same again"


async def test_what_was_done_shows_in_the_account_and_is_told_as_done(shop: PolicyWorker) -> None:
    event = await came_out(shop, contact(1))
    decision = event.policy.decisions[0]
    assert (result(event).state, decision.verdict) == ("done", "allow")
    assert decision.reason_customer.startswith("Order 48399 is cancelled, and $118.00 is on its way back")
    second = (await came_out(shop, contact(2))).policy.decisions[0]
    assert (second.rule_id, second.action) == ("order_cancel.already", None)
    assert "$118.00 went back" in second.reason_customer


async def test_the_ticket_is_resolved_by_the_machine_and_the_wrap_up_says_so(shop: PolicyWorker) -> None:
    record = await wrapped_up(await came_out(shop, contact(1)))
    assert (record.ticket.status, record.escalation.state) == ("resolved", "none")
    assert record.ticket.title == "Cancel an order (order 48399): done, 118.00 USD"
    assert (record.metrics.contained, record.metrics.first_contact_resolution) == (True, True)
    assert record.summary.next_step == "None. It is done."
    assert "is cancelled" in record.summary.reply_to_customer
    assert "We'll" not in record.summary.reply_to_customer
    assert record.follow_ups == ()


async def test_what_could_not_be_done_goes_to_a_person_with_the_reason(built: PolicyWorker) -> None:
    worker = with_actions(built, Scripted(NotDone("the warehouse has it packed")))
    event = await came_out(worker, contact(1))
    assert (result(event).state, result(event).reason) == ("not_done", "the warehouse has it packed")
    record = await wrapped_up(event)
    assert (record.ticket.status, record.escalation.reason_code) == ("open", "action_failed")
    assert (record.metrics.contained, record.metrics.first_contact_resolution) == (False, False)
    assert "one of our team cancels it for you" in record.summary.reply_to_customer
    (task,) = record.follow_ups
    assert "the warehouse has it packed" in task.description


async def test_a_refusal_that_is_permanent_is_no_dead_letter(built: PolicyWorker) -> None:
    event = await came_out(with_actions(built, Scripted(Permanent("It tells nonsense."))), contact(1))
    assert (result(event).state, result(event).reason) == ("not_done", "It tells nonsense.")


async def test_who_asks_again_for_what_was_done_is_told_the_day_and_not_that_it_is_late(built: PolicyWorker) -> None:
    """Here the account does not show it, as where the company's system is slow to."""
    worker = with_actions(built, Scripted())
    await worker.remember(await wrapped_up(await came_out(worker, contact(1))))
    later = contact(2).model_copy(update={"occurred_at": MONDAY_NOON + timedelta(days=20)})
    second = (await came_out(worker, later)).policy.decisions[0]
    assert (second.verdict, second.action, second.carried_out) == ("allow", None, None)
    assert second.reason_customer.startswith(
        "On March 2 we agreed to cancel order 48399 and return $118.00, and it was done that day: ticket RET-1."
    )
    assert second.facts["under_way"]["done"] is True  # type: ignore[index,call-overload]


# --- while the contact goes on ----------------------------------------------------------------------------------------


def going_on(event: Any, *before: Settled) -> CaseAgreed:
    """The contact as the agent publishes it where it goes on after the case; what was settled before comes first."""
    reasons = (*(one.reason for one in before), *event.reasons)
    dialogue = Dialogue(reasons=event.reasons, entities=event.entities, settled=before)
    told = {"contact_reason": reasons[0], "secondary_reasons": reasons[1:], "dialogue": dialogue}
    agreed: CaseAgreed = event.model_copy(update=told).then(CaseAgreed, pending=Pending(act=Act(kind="wait")))
    return agreed


async def test_a_case_is_carried_out_before_the_contact_goes_on(shop: PolicyWorker) -> None:
    frozen = await shop.settle(going_on(contact(1)))
    assert isinstance(frozen, ActionsAgreed)
    settled = await shop.carry_out(frozen.sealed(MONDAY_NOON))
    assert isinstance(settled, CaseSettled)
    (decision,) = settled.decisions
    assert (work_of(decision), decision.reason_customer[:24]) == ("done", "Order 48399 is cancelled")
    again = await shop.settle(going_on(contact(1)))
    assert isinstance(again, CaseSettled), "the same contact sees what was done to the account"
    assert again.decisions[0].rule_id == "order_cancel.already"


async def test_what_came_of_a_case_stands_to_the_end_of_the_contact(built: PolicyWorker) -> None:
    actions = Scripted(Done(MONDAY_NOON, "X-1"))
    worker = with_actions(built, actions)
    frozen = await worker.settle(going_on(contact(1)))
    assert isinstance(frozen, ActionsAgreed)
    settled = await worker.carry_out(frozen.sealed(MONDAY_NOON))
    assert isinstance(settled, CaseSettled)
    before = Settled(reason=frozen.reasons[0], decision=settled.decisions[0], upto=1)
    second = going_on(contact(1, "order_status"), before)
    told = await worker.settle(second)
    assert isinstance(told, CaseSettled)
    assert [one.contact_reason for one in told.decisions] == ["order_status"]
    ended = await worker.decide(second)
    assert isinstance(ended, PolicyDecided)
    assert [work_of(one) for one in ended.policy.decisions] == ["done", None]
    assert ended.policy.decisions[0] == settled.decisions[0]
    assert len(actions.asked) == 1


# --- silence ----------------------------------------------------------------------------------------------------------


async def test_while_nobody_knows_it_is_tried_again_under_the_same_key(built: PolicyWorker) -> None:
    actions = Scripted(Unavailable("Away."), Done(MONDAY_NOON, "X-1"))
    worker = with_actions(built, actions, later=59)
    event = await agreed(worker, contact(1))
    with pytest.raises(Transient) as trouble:
        await worker.carry_out(event)
    assert not isinstance(trouble.value, Unavailable), "it goes up the ladder, and holds up nobody else"
    assert result(await worker.carry_out(event)).reference == "X-1"
    assert len({order.key for order in actions.asked}) == 1


async def test_after_its_patience_a_person_takes_over_and_knows_the_key(built: PolicyWorker) -> None:
    worker = with_actions(built, Scripted(Unavailable("Away.")), later=61)
    event = await agreed(worker, contact(1))
    decided = await worker.carry_out(event)
    assert result(decided).state == "not_done"
    assert f"may have been done; look there for key {event.orders[0].key}" in result(decided).reason
    assert event.orders[0].key in decided.policy.decisions[0].reason_internal


async def test_an_old_order_is_tried_once_before_it_is_given_up(built: PolicyWorker) -> None:
    assert result(await came_out(with_actions(built, Scripted(), later=86400), contact(1))).state == "done"


@pytest.mark.parametrize(("ladder", "patience"), [((1, 5, 30, 120), 30), ((1,), 0.9), ((0.3, 0.6), 0.81)])
def test_giving_up_comes_before_the_dead_letter(ladder: Sequence[float], patience: float) -> None:
    worker = build(PolicySettings(businesses_dir=RETAIL), ladder=ladder)
    assert worker.desks["retail"].machine.patience == timedelta(seconds=patience)
    assert patience < sum(ladder)


# --- who does what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "order_id", "machine"),
    [
        ("order_cancel", "48411", True),
        ("order_cancel", "48399", True),
        ("refund_request", "48213", False),  # the customer has to send it back first
        ("order_status", "48213", False),  # nothing to do
    ],
)
async def test_what_is_not_for_a_machine_is_decided_at_once(
    shop: PolicyWorker, code: str, order_id: str, machine: bool
) -> None:
    customer = next(one for one, order in ORDERS if order == order_id)
    answer = await shop.decide(contact(1, code, customer, order_id))
    assert isinstance(answer, ActionsAgreed if machine else PolicyDecided)


async def test_money_above_the_limit_stays_with_the_team(tmp_path: Any) -> None:
    written = yaml.safe_load((RETAIL / "policy.yaml").read_text())
    written["carry_out"]["cancel_order"]["up_to"] = "117.99"
    copied = business(tmp_path, written)
    answer = await build(PolicySettings(businesses_dir=copied)).decide(contact(1))
    assert isinstance(answer, PolicyDecided)
    assert work_of(answer.policy.decisions[0]) == "team"


async def test_what_a_machine_lacks_is_left_to_the_team_and_the_record_says_why(tmp_path: Any) -> None:
    written = yaml.safe_load((RETAIL / "policy.yaml").read_text())
    written["carry_out"]["cancel_order"]["sets"]["order.status"] = "order.return_received_at"
    answer = await build(PolicySettings(businesses_dir=business(tmp_path, written))).decide(contact(1))
    assert isinstance(answer, PolicyDecided)
    assert "Left to the team, as a machine cannot do it: return_received_at is not known." in (
        answer.policy.decisions[0].reason_internal
    )


async def test_a_value_that_no_account_has_is_never_written(tmp_path: Any) -> None:
    written = yaml.safe_load((RETAIL / "policy.yaml").read_text())
    written["carry_out"]["cancel_order"]["sets"]["order.refunded"] = '"all of it"'
    answer = await build(PolicySettings(businesses_dir=business(tmp_path, written))).decide(contact(1))
    assert isinstance(answer, PolicyDecided)
    assert "tells text as orders[].refunded" in answer.policy.decisions[0].reason_internal


async def test_in_a_demo_what_others_did_hinders_nobody_and_ones_own_shows() -> None:
    demo = build(PolicySettings(businesses_dir=RETAIL.parent, demo=True))
    assert result(await came_out(demo, contact(1))).state == "done"
    assert result(await came_out(demo, contact(2))).state == "done"
    again = (await came_out(demo, contact(1))).policy.decisions[0]
    assert again.rule_id == "order_cancel.already"


async def test_a_preview_tells_what_a_machine_would_do_and_does_nothing(shop: PolicyWorker) -> None:
    app = FastAPI()
    app.include_router(router(shop, PolicySettings(businesses_dir=RETAIL.parent)))
    asked = {"reason": "order_cancel", "slots": {"order_id": "48399"}, "customer_id": BUYER, "verified": True}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://policy") as client:
        for _ in range(2):
            answer = (await client.post("/v1/policy/preview", json=asked)).json()
            (order,) = answer["orders"]
            assert (order["action"]["name"], order["changes"][0]["to"]) == ("cancel_order", "cancelled")
            assert answer["policy"]["decisions"][0]["carried_out"] is None
        await came_out(shop, contact(1))
        after = (await client.post("/v1/policy/preview", json=asked)).json()
    assert (after["orders"], after["policy"]["decisions"][0]["rule_id"]) == ([], "order_cancel.already")


# --- the file ---------------------------------------------------------------------------------------------------------


def business(folder: Any, policy: dict[str, Any]) -> Any:
    """The shop with another `policy.yaml`."""
    for file in RETAIL.glob("*.yaml"):
        (folder / "retail" / file.name).parent.mkdir(exist_ok=True)
        (folder / "retail" / file.name).write_text(file.read_text())
    (folder / "retail" / "policy.yaml").write_text(yaml.safe_dump(policy, sort_keys=False))
    return folder


@pytest.mark.parametrize(
    ("action", "changes", "told"),
    [
        ("cancel_ordr", {}, "no rule has the action cancel_ordr; did you mean cancel_order?"),
        (
            "cancel_order",
            {"rules": ["order_cancel.unpaid"]},
            "order_cancel.unpaid is no rule with the action",
        ),
        ("reship", {"up_to": "10.00"}, "reship has no amount that could be limited; leave it out"),
        ("cancel_order", {"up_to": "ten"}, "up_to"),
        ("cancel_order", {"by": "robot"}, "by: "),
        ("cancel_order", {"sets": {"order.status": '"cancelled'}}, "Syntax error"),
        ("cancel_order", {"sets": {"order.status": "cancelled"}}, "undeclared reference to 'cancelled'"),
        ("cancel_order", {"sets": {"order.order_id": '"1"'}}, "tells whose account it is, or which entry of it"),
        ("cancel_order", {"sets": {"customer.email": '"a@b.c"'}}, "no action may change it"),
        ("cancel_order", {"sets": {"promo.percent": "3"}}, "promo.percent is no place of an account"),
        ("cancel_order", {"sets": {"order": "today"}}, "order is no place of an account; write it like customer.name"),
        ("reship", {"sets": {"order.refunded": "amount"}}, "it reads amount, and reship has none"),
        (
            "cancel_order",
            {"sets": {"order.stauts": "today"}},
            "it reads order.stauts, which no account has",
        ),
        ("cancel_order", {"done": "{oder.order_id} is cancelled"}, "there is no fact {oder.order_id}"),
        ("reship", {"failed": "Not {amount}"}, "there is no fact {amount}"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_what_to_do(
    tmp_path: Any, action: str, changes: dict[str, Any], told: str
) -> None:
    written = yaml.safe_load((RETAIL / "policy.yaml").read_text())
    written["carry_out"][action] = {"by": "machine", "done": "It is done."} | changes
    folder = business(tmp_path, written)
    with pytest.raises(BusinessError) as mistake:
        build(PolicySettings(businesses_dir=folder))
    assert told in str(mistake.value)
    assert "retail/policy.yaml" in str(mistake.value)


def test_what_a_rule_says_once_it_is_done_needs_its_action_to_be_carried_out(tmp_path: Any) -> None:
    written = yaml.safe_load((RETAIL / "policy.yaml").read_text())
    rule = next(one for one in written["rules"] if one["id"] == "damaged.replace")
    rule["done"] = "It is on its way."
    with pytest.raises(BusinessError, match="write the action of the rule under `carry_out`"):
        load(business(tmp_path, written) / "retail", "policy.yaml", Rulebook)


# --- for every contact ------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.data())
async def test_what_is_carried_out_is_what_was_decided_and_nothing_without_an_order(
    built: PolicyWorker, data: st.DataObject
) -> None:
    customer, order_id = data.draw(st.sampled_from(ORDERS))
    codes = data.draw(st.lists(st.sampled_from(REASONS), min_size=1, max_size=3, unique=True))
    actions = Scripted()
    worker = with_actions(built, actions)
    event = held(*codes, order_id=order_id, **proof_of(customer))
    answer = await worker.decide(event)
    assert actions.asked == [], "deciding does nothing"
    if isinstance(answer, PolicyDecided):
        assert all(one.carried_out is None for one in answer.policy.decisions)
        return
    assert isinstance(answer, ActionsAgreed)
    decided = await worker.carry_out(answer.sealed(MONDAY_NOON))
    ordered = {order.decision: order for order in actions.asked}
    assert list(ordered.values()) == list(answer.orders)
    for place, (before, after) in enumerate(zip(answer.agreed.decisions, decided.policy.decisions, strict=True)):
        check(before, after, ordered.get(place))


def check(before: Decision, after: Decision, order: ActionOrder | None) -> None:
    """Nothing but the telling has changed, and the order was for this very action."""
    told = {"carried_out", "reason_customer", "reason_internal"}
    assert before.model_dump(exclude=told) == after.model_dump(exclude=told)
    if order is None:
        assert before == after
        return
    assert (order.action, after.carried_out and after.carried_out.key) == (before.action, order.key)
    assert (after.verdict, after.carried_out and after.carried_out.state) == ("allow", "done")


async def test_what_a_machine_did_is_in_the_audit_log_once(built: PolicyWorker) -> None:
    log = MemoryAudit()
    worker = with_actions(built, Scripted(Done(MONDAY_NOON, "X-1"), Done(MONDAY_NOON, "X-1")), log=log)
    frozen = await agreed(worker, contact(1))
    for _ in range(2):  # an event may come twice
        await worker.carry_out(frozen)
    (entry,) = [entry async for entry in log.entries()]
    act = entry.act
    assert (act.who, act.what, act.about, act.source) == ("assistant", "action.done", frozen.interaction_id, "the test")
    assert (act.business, act.at) == ("retail", MONDAY_NOON)
    assert act.facts["reference"] == "X-1"
    assert act.facts["action"] == frozen.orders[0].action.name


async def test_what_a_machine_could_not_do_is_told_as_that(built: PolicyWorker) -> None:
    log = MemoryAudit()
    worker = with_actions(built, Scripted(NotDone("Dana Lopez has it packed")), log=log)
    await came_out(worker, contact(1))
    (entry,) = [entry async for entry in log.entries()]
    assert entry.act.what == "action.not_done"
    assert "Dana" not in str(entry.act)


async def test_what_cannot_be_told_is_told_before_the_contact_goes_on(built: PolicyWorker) -> None:
    class Away(MemoryAudit):
        async def append(self, act: audit.Act) -> audit.Entry:
            raise Unavailable("The audit log does not answer")

    worker = with_actions(built, Scripted(Done(MONDAY_NOON)), log=Away())
    frozen = await agreed(worker, contact(1))
    with pytest.raises(Unavailable):
        await worker.carry_out(frozen)
