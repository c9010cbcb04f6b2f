from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from callcenter.events import Action, Contact, PolicyDecided, Sentiment, Ticket
from services.ticketing.tickets import TicketDesk

from .conftest import make_decision, make_entity, make_event, make_reason


def only(desk: TicketDesk, event: PolicyDecided) -> Ticket:
    """The one ticket of a contact."""
    (ticket,) = desk.tickets(event)
    return ticket


def test_the_number_is_made_from_the_contact_number(desk: TicketDesk) -> None:
    other = make_event(contact=Contact(number=7, initiated_at=datetime(2026, 3, 2, tzinfo=UTC)))
    assert [only(desk, e).ticket_id for e in (make_event(), other, make_event())] == ["RET-1042", "RET-7", "RET-1042"]


@pytest.mark.parametrize(
    ("verdict", "status"),
    [("allow", "open"), ("deny", "resolved"), ("needs_review", "open"), ("needs_info", "pending")],
)
def test_the_status_follows_the_verdict(desk: TicketDesk, verdict: str, status: str) -> None:
    assert only(desk, make_event(make_decision(verdict))).status == status


def test_information_alone_is_resolved(desk: TicketDesk) -> None:
    assert only(desk, make_event(make_decision("allow", action=None))).status == "resolved"


def test_work_for_a_second_team_is_a_ticket_of_its_own(desk: TicketDesk) -> None:
    second = make_reason("order_cancel", "/orders/cancel", title="Cancel an order", queue="orders")
    both = make_event(make_decision("deny"), make_decision("allow", "order_cancel"), secondary_reasons=(second,))
    main, further = desk.tickets(both)
    assert (main.status, main.queue) == ("resolved", "returns")
    assert (further.status, further.queue) == ("open", "orders")


@pytest.mark.parametrize("outcome", ["human_requested", "abusive", "unclear", "unsupported_language"])
def test_a_contact_that_needs_a_person_is_open_and_escalated(desk: TicketDesk, outcome: str) -> None:
    needing = make_event(make_decision("deny"), outcome=outcome)
    assert only(desk, needing).status == "open"
    assert desk.escalation(needing).state == "requested"


@pytest.mark.parametrize(
    ("changes", "queue"),
    [
        ({}, "returns"),
        ({"outcome": "human_requested"}, "escalations"),
        ({"outcome": "abusive"}, "escalations"),
        ({"outcome": "unclear", "contact_reason": None}, "service"),
        ({"contact_reason": None}, "service"),
    ],
)
def test_the_queue(desk: TicketDesk, changes: dict[str, Any], queue: str) -> None:
    assert only(desk, make_event(**changes)).queue == queue


def test_a_queue_that_does_not_exist_becomes_the_default(desk: TicketDesk) -> None:
    assert only(desk, make_event(contact_reason=make_reason(queue="general"))).queue == "service"


@pytest.mark.parametrize(
    ("code", "path", "kind"),
    [
        ("double_charge", "/payments/double-charge", "incident"),
        ("store_hours", "/service/store-hours", "question"),
        ("complaint", "/service/complaint", "complaint"),
        ("refund_request", "/returns/refund", "request"),
    ],
)
def test_the_type_follows_the_reason(desk: TicketDesk, code: str, path: str, kind: str) -> None:
    assert only(desk, make_event(make_decision("allow", code), contact_reason=make_reason(code, path))).type == kind


@pytest.mark.parametrize(
    ("impact", "urgency", "end", "priority"),
    [
        ("high", "high", 0, "P1"),
        ("high", "high", -0.9, "P1"),
        ("medium", "medium", 0, "P3"),
        ("medium", "medium", -0.9, "P2"),
        ("medium", "medium", -0.4, "P3"),
        ("low", "low", 0.8, "P4"),
    ],
)
def test_the_priority_is_impact_by_urgency(
    desk: TicketDesk, impact: str, urgency: str, end: float, priority: str
) -> None:
    made = make_event(contact_reason=make_reason(impact=impact), urgency=urgency, sentiment=Sentiment(start=0, end=end))
    assert only(desk, made).priority == priority


def test_an_unknown_reason_has_medium_impact(desk: TicketDesk) -> None:
    assert only(desk, make_event(contact_reason=None, outcome="unclear")).impact == "medium"


def test_the_clock_starts_with_the_event_and_runs_in_opening_hours(desk: TicketDesk) -> None:
    friday_evening = datetime(2026, 3, 6, 22, 30, tzinfo=UTC)  # 17:30 in New York, open until 18:00
    sla = only(desk, make_event(occurred_at=friday_evening)).sla
    assert sla.first_response_due == datetime(2026, 3, 7, 18, 30, tzinfo=UTC)  # P3: half an hour, then 3.5 on Saturday
    assert sla.resolution_due == datetime(2026, 3, 10, 15, 30, tzinfo=UTC)  # 4 on Saturday, 9 on Monday, 2.5 on Tuesday


@pytest.mark.parametrize(
    ("verdict", "changes", "title"),
    [
        ("allow", {}, "Refund request (order 48213): allowed, 129.00 USD"),
        ("deny", {}, "Refund request (order 48213): refused"),
        ("needs_info", {"entities": ()}, "Refund request: waiting for the customer"),
        (
            "needs_review",
            {"outcome": "unclear", "contact_reason": None, "entities": ()},
            "Request not understood",
        ),
        (
            "needs_review",
            {"outcome": "human_requested"},
            "Refund request (order 48213): customer asks for a person",
        ),
    ],
)
def test_the_title_says_what_and_how(desk: TicketDesk, verdict: str, changes: dict[str, Any], title: str) -> None:
    assert only(desk, make_event(make_decision(verdict), **changes)).title == title


def test_an_answered_question_is_not_called_allowed(desk: TicketDesk) -> None:
    assert only(desk, make_event(make_decision("allow", action=None))).title == "Refund request (order 48213): answered"


def test_large_amounts_are_readable(desk: TicketDesk) -> None:
    large = make_decision("allow", action=Action(name="refund", amount=Decimal("1299.5"), currency="USD"))
    assert only(desk, make_event(large)).title.endswith("1,299.50 USD")


def test_a_title_names_no_secret(desk: TicketDesk) -> None:
    said = (make_entity("gift_card_code", "GC-7Q2M-81KD"), make_entity("email", "dana@example.com"))
    assert only(desk, make_event(entities=said)).title == "Refund request: allowed, 129.00 USD"


@pytest.mark.parametrize(
    ("verdict", "changes", "code"),
    [
        ("allow", {}, None),
        ("deny", {}, None),
        ("needs_info", {}, None),
        ("needs_review", {}, "decision_needs_review"),
        ("needs_review", {"rule_id": None}, "no_rule"),
    ],
)
def test_what_needs_review_is_escalated_with_its_reason(
    desk: TicketDesk, verdict: str, changes: dict[str, Any], code: str | None
) -> None:
    escalation = desk.escalation(make_event(make_decision(verdict, **changes)))
    assert (escalation.state, escalation.reason_code) == ("requested" if code else "none", code)


def test_a_second_reason_may_escalate_too(desk: TicketDesk) -> None:
    second = make_reason("double_charge", "/payments/double-charge")
    both = make_event(
        make_decision("allow"), make_decision("needs_review", "double_charge"), secondary_reasons=(second,)
    )
    assert desk.escalation(both).reason_code == "payment_review"


def test_the_main_reason_leads_wherever_its_decision_stands(desk: TicketDesk) -> None:
    main, second = make_decision("allow"), make_decision("needs_review", "order_status")
    turned = make_event(second, main, contact_reason=make_reason())
    assert [one.type for one in desk.tickets(turned)] == ["request", "question"]


def test_the_title_names_each_thing_with_its_outcome(desk: TicketDesk) -> None:
    first, second = make_entity("order_id", "48402"), make_entity("order_id", "48244")
    main = make_reason().model_copy(update={"entities": (first,)})
    other = make_reason().model_copy(update={"entities": (second,)})
    decisions = (
        make_decision("allow", action=None, about=main.own),
        make_decision("deny", action=None, about=other.own),
    )
    event = make_event(*decisions, contact_reason=main, secondary_reasons=(other,), entities=(first, second))
    title = only(desk, event).title
    assert title.index("48402") < title.index("48244")
    assert desk.desks.titles.verdicts["deny"] in title.split("48244")[1]
    assert only(desk, event).subject == "(order 48402)"


def test_who_guessed_is_looked_at_by_a_person_though_it_was_refused(desk: TicketDesk) -> None:
    event = make_event(make_decision("deny", rule_id=None, escalation="identity_guessed"))
    assert desk.escalation(event).reason_code == "identity_guessed"
    assert only(desk, event).status == "open"
    assert only(desk, make_event(make_decision("deny", rule_id=None))).status == "resolved"
