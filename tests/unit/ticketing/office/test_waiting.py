"""Whom other systems are told of: who waits, and who waited in vain; nobody who was met, or went by themselves."""

from datetime import UTC, datetime, timedelta

from callcenter.events import Handoff, OnDuty
from services.ticketing.office.waiting import notice_of
from tests.dossier import requested

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=200)
TEAM = OnDuty(queue="payments", team="Payments", patience=180)


def told(handoff: Handoff | None) -> str | None:
    notice = notice_of(requested(at=NOON, handoff=handoff))
    return notice and notice.type


def test_only_who_waits_is_told_of() -> None:
    offer = Handoff.offer("customer", "wants_person", TEAM, NOON)
    assert offer
    accepted = offer.accepted("dana", NOON)
    assert accepted
    assert told(offer) == "handoff.requested"
    assert told(offer.lapsed(LATER)) == "handoff.overdue"
    assert told(offer.left(NOON)) is None
    assert told(accepted) is None
    assert told(accepted.lapsed(LATER)) is None
    assert told(accepted.closed("dana", "", LATER, done=True)) is None
    assert told(None) is None


def test_a_notice_says_until_when_and_nothing_that_was_said() -> None:
    notice = notice_of(requested("My card is 4111", at=NOON, handoff=Handoff.offer("agent", "stuck", TEAM, NOON)))
    assert notice
    assert (notice.team, notice.until, notice.asked_by) == ("Payments", NOON + timedelta(seconds=180), "agent")
    assert "4111" not in notice.model_dump_json()
