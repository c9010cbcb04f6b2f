"""A contact with several tickets: its wrap-up and its reply name each, and when the last of them is due."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from callcenter.events import TicketOpened
from services.summary.composer import Composer
from services.summary.masking import masked
from services.summary.metrics import measure
from services.summary.wrap_up import Words
from tests.dossier import completed

from .conftest import make_decision, make_event, make_reason, make_ticket

CANCEL = make_reason("order_cancel", "/orders/cancel", title="Cancel an order")


def two(main: str = "allow", **changes: Any) -> TicketOpened:
    """A refund for one team, which is done with it unless it was allowed, and a cancellation for another."""
    first = make_decision(main)
    second = make_decision("allow", "order_cancel", reason_customer="We cancel order 48213 for you.")
    sla = make_ticket().sla
    later = sla.model_copy(update={"resolution_due": sla.resolution_due + timedelta(days=2)})
    tickets = (
        make_ticket(decisions=(0,), related=("RET-1042-2",), status="open" if main == "allow" else "resolved"),
        make_ticket(
            ticket_id="RET-1042-2", decisions=(1,), queue="orders", priority="P2", sla=later, related=("RET-1042",)
        ),
    )
    facts: dict[str, Any] = {"ticket": tickets[0], "tickets": tickets, "secondary_reasons": (CANCEL,), **changes}
    return make_event(first, second, **facts)


def test_the_customer_reads_every_number_and_the_last_date(composer: Composer) -> None:
    event = two()
    for text in (composer.summary(event).reply_to_customer, composer.last_turn(event).text):
        assert "Your ticket number is RET-1042, and RET-1042-2 for the rest." in text
        assert "by Thursday, March 5" in text


def test_colleagues_read_which_team_has_what(composer: Composer) -> None:
    summary = composer.summary(two())
    assert "RET-1042 (P3) opened with returns" in summary.action
    assert summary.action.endswith("RET-1042-2 (P2) opened with orders for: Cancel an order, order 48213.")
    assert "The returns team carries it out by Tuesday, March 3" in summary.next_step


def test_what_is_left_is_looked_for_under_the_number_that_waits(composer: Composer) -> None:
    refused = composer.summary(two("deny", sentiment=make_event().sentiment))
    assert "recorded as RET-1042 (P3, returns)" in refused.action
    answered = two("allow")
    done = answered.policy.decisions[0].model_copy(update={"action": None})
    policy = answered.policy.model_copy(update={"decisions": (done, answered.policy.decisions[1])})
    tickets = (answered.ticket.model_copy(update={"status": "resolved"}), answered.tickets[1])
    event = answered.model_copy(update={"policy": policy, "ticket": tickets[0], "tickets": tickets})
    summary = composer.summary(event)
    assert "RET-1042-2 stays open for the rest" in summary.next_step
    assert "take care of the rest by Thursday, March 5" in summary.reply_to_customer


def test_each_task_belongs_to_the_ticket_of_its_team(composer: Composer) -> None:
    event = two()
    tasks = composer.follow_ups(event)
    assert [(task.ticket_id, task.owner) for task in tasks] == [("RET-1042", "returns"), ("RET-1042-2", "orders")]
    assert [task.due_at for task in tasks] == [ticket.sla.resolution_due for ticket in event.tickets]


def test_tickets_of_one_contact_are_no_repeat_and_one_that_waits_leaves_it_open() -> None:
    assert measure(two()).first_contact_resolution is None
    over = tuple(ticket.model_copy(update={"status": "resolved"}) for ticket in two().tickets)
    assert measure(two(ticket=over[0], tickets=over)).first_contact_resolution is True
    repeated = (over[0], over[1].model_copy(update={"related": ("RET-1", "RET-1042")}))
    assert measure(two(ticket=over[0], tickets=repeated)).first_contact_resolution is False


def test_masked_records_have_no_personal_data_in_any_ticket() -> None:
    event = two()
    titled = tuple(one.model_copy(update={"title": "Refund for robert@example.com"}) for one in event.tickets)
    record = masked(completed(event.model_copy(update={"tickets": titled})))
    assert all("robert" not in ticket.title for ticket in record.tickets)
    assert [ticket.ticket_id for ticket in record.tickets] == ["RET-1042", "RET-1042-2"]


def test_words_that_leave_a_number_out_are_refused(composer: Composer) -> None:
    words = composer.sheet.words.model_dump()
    with pytest.raises(ValidationError, match=r"needs \{main\} and \{further\}"):
        Words(**words | {"tickets": "{main} and others"})
