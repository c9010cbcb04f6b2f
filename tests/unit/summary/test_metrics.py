from datetime import timedelta
from typing import Any

import pytest

from callcenter.events import Contact, Escalation, StageTiming, Turn
from services.summary.metrics import ended_at, measure

from .conftest import NOON, make_decision, make_event, make_ticket


def test_handle_time_is_talk_and_work() -> None:
    metrics = measure(make_event())
    assert metrics.handle_ms == 30_000 + 45
    assert metrics.turns == 3
    assert (metrics.queue_ms, metrics.work_ms) == ({"agent": 2.5, "policy": 1}, {"agent": 40, "policy": 5})


def test_a_service_that_worked_twice_is_added_up() -> None:
    twice = (StageTiming(service="agent", queue_ms=1, work_ms=2), StageTiming(service="agent", queue_ms=3, work_ms=4))
    assert measure(make_event(timings=twice)).work_ms == {"agent": 6}
    assert measure(make_event(timings=twice)).queue_ms == {"agent": 4}


def test_a_contact_without_words_has_only_work() -> None:
    event = make_event(transcript=())
    assert measure(event).handle_ms == 45
    assert ended_at(event) == NOON


def test_the_contact_ends_with_its_last_word_and_never_before_it_began() -> None:
    assert ended_at(make_event()) == NOON + timedelta(seconds=30)
    later = Contact(number=1, initiated_at=NOON + timedelta(hours=1))
    assert ended_at(make_event(contact=later)) == later.initiated_at


def test_contained_is_without_a_person() -> None:
    person = Turn(turn=3, at=NOON, speaker="human_agent", text="Hello")
    assert measure(make_event()).contained
    assert not measure(make_event(escalation=Escalation(state="requested", reason_code="no_rule"))).contained
    assert not measure(make_event(transcript=(*make_event().transcript, person))).contained


@pytest.mark.parametrize(
    ("decisions", "changes", "resolved"),
    [
        ([make_decision("allow", action=None)], {}, True),
        ([make_decision("allow")], {}, None),
        ([make_decision("deny")], {}, None),
        ([make_decision("needs_review")], {}, False),
        ([make_decision("needs_info")], {}, False),
        ([make_decision("allow", action=None), make_decision("needs_info", "order_cancel")], {}, False),
        ([make_decision("allow", action=None), make_decision("deny", "order_cancel")], {}, None),
        ([make_decision("allow")], {"escalation": Escalation(state="requested", reason_code="x")}, False),
        ([make_decision("allow")], {"ticket": make_ticket(status="resolved")}, True),
        ([make_decision("allow")], {"ticket": make_ticket(status="resolved", related=("RET-1",))}, False),
    ],
)
def test_first_contact_resolution(decisions: list[Any], changes: dict[str, Any], resolved: bool | None) -> None:
    assert measure(make_event(*decisions, **changes)).first_contact_resolution is resolved
