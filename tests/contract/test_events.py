"""The contract: events only grow, each has who publishes and who takes it, and the page about them is fresh."""

import copy
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from uuid import uuid4

import jsonschema
import pytest

from callcenter.events import (
    CHAIN,
    EVENTS,
    ActionsAgreed,
    AgentSpoke,
    CaseAgreed,
    CaseDecided,
    CaseSettled,
    CaseStated,
    Contact,
    ConversationHeld,
    CustomerLeft,
    CustomerSpoke,
    Event,
    HandoffAccepted,
    HandoffClosed,
    HandoffLapsed,
    HandoffOffered,
    HandoffReturned,
    InformationNeeded,
    InteractionRequested,
    PolicyDecided,
    Request,
    TurnAdded,
    utc_now,
)
from callcenter.messaging.worker import flow
from services import agent, policy, summary, ticketing
from services.agent.settings import AgentSettings
from services.intake.live import SETTLED
from tests.contract.catalogue import (
    GOLDEN,
    PAGE,
    ROOT,
    WORKERS,
    breaches,
    consumers,
    encoded,
    golden,
    page,
    publishers,
    schema_of,
)

each_event = pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
REWRITE = "run `python -m tests.contract.catalogue`"


@each_event
def test_the_golden_schema_is_the_model(event: type[Event]) -> None:
    assert golden(event).read_text() == encoded(schema_of(event)), REWRITE


def test_there_is_no_golden_schema_without_an_event() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(EVENTS)


@each_event
def test_no_field_vanished_or_became_required(event: type[Event]) -> None:
    assert list(breaches(json.loads(golden(event).read_text()), schema_of(event))) == []


def without_queue(schema: dict[str, Any]) -> None:
    del schema["$defs"]["Ticket"]["properties"]["queue"]


def with_required_language(schema: dict[str, Any]) -> None:
    schema["$defs"]["Contact"]["required"].append("language")


def with_new_required_field(schema: dict[str, Any]) -> None:
    schema["properties"]["mood"] = {"type": "string"}
    schema["required"].append("mood")


def without_a_verdict(schema: dict[str, Any]) -> None:
    schema["$defs"]["Policy"]["properties"]["verdict"]["enum"].remove("needs_info")


def with_number_as_text(schema: dict[str, Any]) -> None:
    schema["$defs"]["Contact"]["properties"]["number"]["type"] = "string"


def without_a_section(schema: dict[str, Any]) -> None:
    del schema["$defs"]["ServiceLevel"]


def with_other_turns(schema: dict[str, Any]) -> None:
    schema["properties"]["transcript"]["items"] = {"type": "string"}


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        (without_queue, "Ticket.queue has vanished"),
        (with_required_language, "Contact.language has become required"),
        (with_new_required_field, "TicketOpened.mood has become required"),
        (without_a_verdict, 'Policy.verdict is no longer "needs_info"'),
        (with_number_as_text, "Contact.number is no longer integer"),
        (without_a_section, "ServiceLevel has vanished"),
        (with_other_turns, "TicketOpened.transcript is no longer list of Turn"),
    ],
)
def test_a_breach_is_told(change: Callable[[dict[str, Any]], None], breach: str) -> None:
    before = schema_of(EVENTS["TicketOpened"])
    now = copy.deepcopy(before)
    change(now)
    assert list(breaches(before, now)) == [breach]


def test_growing_is_no_breach() -> None:
    before = schema_of(EVENTS["TicketOpened"])
    now = copy.deepcopy(before)
    now["properties"]["note"] = {"type": "string", "default": ""}
    now["$defs"]["Policy"]["properties"]["verdict"]["enum"].append("later")
    now["$defs"]["Contact"]["properties"]["number"] = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    assert list(breaches(before, now)) == []


# --- the flow ---------------------------------------------------------------------------------------------------------


@each_event
def test_every_event_has_a_publisher_and_a_consumer(event: type[Event]) -> None:
    assert publishers(event), "nobody publishes it"
    assert consumers(event), "nobody takes it"


@each_event
def test_an_unfinished_interaction_lies_with_the_service_that_takes_its_event(event: type[Event]) -> None:
    if event.status not in SETTLED:
        assert [name for name in consumers(event) if name not in listeners(event)] == [event.stage]


def listeners(event: type[Event]) -> set[str]:
    """Who hears of it and lets the interaction be: ticketing, which tells other systems of who waits for a person."""
    return {"ticketing"} if event in (HandoffOffered, HandoffLapsed) else set()


@each_event
def test_who_only_listens_publishes_nothing(event: type[Event]) -> None:
    answers = {name for name, consumed, published in flow(WORKERS) if consumed is event and published}
    assert not answers & listeners(event)


def test_the_desks_turn_the_chain_into_itself() -> None:
    desks = {consumed: published for _, consumed, published in flow(WORKERS) if published}
    for now, following in pairwise(CHAIN):
        assert desks.pop(now)[0] is following
    looks = {CaseStated, CaseDecided, CaseAgreed, CaseSettled, ActionsAgreed}
    after_a_person = {HandoffReturned, HandoffClosed, HandoffLapsed}
    assert set(desks) == {CustomerSpoke, CustomerLeft, InformationNeeded, *looks, *after_a_person}
    turned = {event for published in desks.values() for event in published}
    assert turned == {AgentSpoke, ConversationHeld, InformationNeeded, PolicyDecided, HandoffOffered, *looks}


def test_nothing_of_a_contact_that_a_person_has_comes_to_the_assistant() -> None:
    heard = [sorted(consumers(event)) for event in (HandoffOffered, HandoffAccepted, TurnAdded)]
    assert heard == [["intake", "ticketing"], ["intake"], ["intake"]]


def test_what_ends_an_interaction_is_closed_by_intake_and_noted_by_policy_and_ticketing() -> None:
    assert {event.__name__: sorted(consumers(event)) for event in EVENTS.values() if event.terminal} == {
        "InteractionCompleted": ["intake", "policy", "ticketing"],
        "InteractionFailed": ["intake"],
    }


async def test_a_real_interaction_fits_the_golden_schemas() -> None:
    now = utc_now()
    event: Event = InteractionRequested(
        event_id=uuid4(),
        interaction_id=str(uuid4()),
        rev=1,
        occurred_at=now,
        contact=Contact(number=1001, customer_id="C-1001", initiated_at=now),
        request=Request(business="retail", text="I want a refund for the espresso machine, order 48213.", seed=7),
    )
    checked = [event.type]
    check(event)
    desks = (agent.build(AgentSettings(demo=True)), policy.build(), ticketing.build(), summary.build())
    while not event.terminal:
        (desk,) = (desk for desk in desks if type(event) in desk.subscriptions)
        outcome = await desk.handler_of(type(event))(event)
        assert outcome is not None
        event = outcome.sealed(now)
        check(event)
        checked.append(event.type)
    looked = ["CaseStated", "CaseDecided"]
    assert checked == [CHAIN[0].__name__, *looked, *(kind.__name__ for kind in CHAIN[1:])]


def check(event: Event) -> None:
    """The bytes as they are sent, against the schema as it is published."""
    schema = json.loads(golden(type(event)).read_text())
    jsonschema.validate(json.loads(event.encoded()), schema, format_checker=jsonschema.FormatChecker())


@each_event
def test_the_console_follows_it(event: type[Event]) -> None:
    listened = (ROOT / "services" / "intake" / "web" / "live.js").read_text()
    assert f'"{event.__name__}"' in listened, "a browser is only given the types that it asks for"


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_about_events_is_fresh() -> None:
    assert PAGE.read_text() == page(), REWRITE
