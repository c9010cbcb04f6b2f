"""A contact in which several teams have to act: a ticket for each of them."""

from decimal import Decimal
from typing import Any

import pytest

from callcenter.events import Action, CarriedOut, Decision, Dialogue, PolicyDecided, Settled
from services.ticketing.tickets import TicketDesk

from .conftest import MONDAY_NOON, make_decision, make_entity, make_event, make_reason

REFUND = make_reason()
CANCEL = make_reason("order_cancel", "/orders/cancel", title="Cancel an order", queue="orders", impact="high")
CHARGE = make_reason("double_charge", "/payments/double-charge", title="Report a double charge", queue="payments")
HOURS = make_reason("store_hours", "/service/store-hours", title="Opening hours", queue="service")
DONE = CarriedOut(state="done", at=MONDAY_NOON, by="demo", key="i-1")


def of(reason: Any, verdict: str = "allow", **changes: Any) -> Decision:
    return make_decision(verdict, reason.code, **changes)


def contact(*decisions: Decision, **changes: Any) -> PolicyDecided:
    facts = {"contact_reason": REFUND, "secondary_reasons": (CANCEL, CHARGE, HOURS)}
    return make_event(*decisions, **{**facts, **changes})


def test_each_team_that_acts_has_a_ticket_of_its_own(desk: TicketDesk) -> None:
    main, cancel, charge = desk.tickets(contact(of(REFUND), of(CANCEL), of(CHARGE, "needs_review")))
    assert [one.ticket_id for one in (main, cancel, charge)] == ["RET-1042", "RET-1042-2", "RET-1042-3"]
    assert [one.queue for one in (main, cancel, charge)] == ["returns", "orders", "payments"]
    assert [one.priority for one in (main, cancel, charge)] == ["P3", "P2", "P3"]
    assert cancel.title == "Cancel an order (order 48213): allowed, 129.00 USD"
    assert [one.type for one in (main, cancel, charge)] == ["request", "request", "incident"]
    assert [one.decisions for one in (main, cancel, charge)] == [(0,), (1,), (2,)]
    assert [one.reasons for one in (main, cancel, charge)] == [
        ("refund_request",),
        ("order_cancel",),
        ("double_charge",),
    ]
    assert cancel.sla.resolution_due < main.sla.resolution_due, "the more pressing one is due earlier"
    assert main.related == ("RET-1042-2", "RET-1042-3")
    assert charge.related == ("RET-1042", "RET-1042-2")


def test_what_nobody_has_to_act_on_opens_no_ticket_of_its_own(desk: TicketDesk) -> None:
    answered, refused = of(HOURS, action=None), of(CHARGE, "deny")
    carried_out = of(CANCEL, action=Action(name="cancel_order", amount=Decimal(24)), carried_out=DONE)
    (ticket,) = desk.tickets(contact(of(REFUND), answered, refused, carried_out))
    assert (ticket.status, ticket.queue, ticket.decisions) == ("open", "returns", (0, 1, 2, 3))
    assert ticket.reasons == ("refund_request", "store_hours", "double_charge", "order_cancel")


def test_the_main_ticket_is_that_of_the_main_reason_even_where_it_is_done(desk: TicketDesk) -> None:
    main, charge = desk.tickets(contact(of(CHARGE, "needs_review"), of(REFUND, "deny")))
    assert (main.ticket_id, main.queue, main.status) == ("RET-1042", "returns", "resolved")
    assert (charge.queue, charge.status, charge.decisions) == ("payments", "open", (0,))


def test_two_things_for_one_team_are_one_ticket(desk: TicketDesk) -> None:
    reship = make_reason("order_reship", "/orders/reship", queue="orders")
    event = contact(of(REFUND), of(CANCEL), of(reship), secondary_reasons=(CANCEL, reship))
    assert [one.decisions for one in desk.tickets(event)] == [(0,), (1, 2)]


def test_a_person_takes_over_what_asked_for_one_and_not_the_rest(desk: TicketDesk) -> None:
    event = contact(of(REFUND), of(CHARGE, "needs_review"))
    main, charge = desk.tickets(event)
    assert desk.escalation(event).reason_code == "payment_review"
    assert (main.escalation, charge.escalation) == (None, "payment_review")


def settled(*decisions: Decision) -> Dialogue:
    """What was decided while the contact went on."""
    said = {"entities": (make_entity("order_id", "48213"),)}
    reasons = {reason.code: reason.model_copy(update=said) for reason in (REFUND, CANCEL, CHARGE)}
    return Dialogue(
        settled=tuple(Settled(reason=reasons[str(d.contact_reason)], decision=d, upto=1) for d in decisions)
    )


def test_who_asks_for_a_person_in_the_end_is_handed_over_beside_what_was_settled(desk: TicketDesk) -> None:
    person = make_reason("human_agent", "/service/person", title="Talk to a person", queue="escalations")
    agreed = of(REFUND)
    event = contact(
        agreed,
        of(person, "needs_review"),
        secondary_reasons=(person,),
        outcome="human_requested",
        dialogue=settled(agreed),
        entities=(),
    )
    main, handed_over = desk.tickets(event)
    assert (main.queue, main.title) == ("returns", "Refund request (order 48213): allowed, 129.00 USD")
    assert (handed_over.queue, handed_over.title) == (
        "escalations",
        "Talk to a person: customer asks for a person",
    )
    assert (main.escalation, handed_over.escalation) == (None, "customer_asked_for_person")


def test_danger_after_something_settled_goes_to_those_who_help(desk: TicketDesk) -> None:
    danger = make_reason("product_danger", "/service/danger", title="Dangerous product", queue="safety", impact="high")
    agreed = of(REFUND)
    dialogue = settled(agreed).model_copy(update={"danger": "harm"})
    event = contact(
        agreed,
        of(danger, "needs_review"),
        secondary_reasons=(danger,),
        outcome="emergency",
        dialogue=dialogue,
    )
    main, safety = desk.tickets(event)
    assert (safety.queue, safety.priority, safety.escalation) == ("safety", "P1", "danger_harm")
    assert (main.queue, main.escalation) == ("returns", None)


@pytest.mark.parametrize("decisions", [(), (of(REFUND),), (of(HOURS, action=None),)])
def test_there_is_always_one(desk: TicketDesk, decisions: tuple[Decision, ...]) -> None:
    decided = contact(*decisions)
    nothing = decided.policy.model_copy(update={"decisions": decisions})
    (ticket,) = desk.tickets(decided.model_copy(update={"policy": nothing}))
    assert (ticket.ticket_id, ticket.related) == ("RET-1042", ())


def test_the_things_of_a_further_ticket_are_its_own(desk: TicketDesk) -> None:
    first, second = make_entity("order_id", "48402"), make_entity("order_id", "48244")
    mine, other = (
        reason.model_copy(update={"entities": (said,)}) for reason, said in ((REFUND, first), (CANCEL, second))
    )
    decisions = (of(mine, about=mine.own), of(other, about=other.own))
    event = contact(*decisions, contact_reason=mine, secondary_reasons=(other,), entities=(first, second))
    assert [one.subject for one in desk.tickets(event)] == ["(order 48402)", "(order 48244)"]
