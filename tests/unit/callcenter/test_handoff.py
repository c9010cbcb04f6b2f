"""The states of a handoff, whatever comes in whatever order: one owner at most, no way back, no loop."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from callcenter.events import AskedBy, Handoff, OnDuty

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
TEAM = OnDuty(queue="payments", team="Payments", patience=180)
people = st.sampled_from(["dana", "kim", "sam"])
causes = st.sampled_from(["person", "refused", "untold/order_id"])


class Handing(RuleBasedStateMachine):
    """One contact, three people, an agent that wants to get rid of it; beside it what must be true by then."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.handoff = NOON, None
        self.owner: str | None = None
        self.given_back: set[str] = set()

    @rule(asked_by=st.sampled_from(["customer", "agent", "danger"]), cause=causes)
    def offer(self, asked_by: AskedBy, cause: str) -> None:
        before = self.handoff
        offered = Handoff.offer(asked_by, cause, TEAM, self.now, before)
        looped = asked_by == "agent" and cause in self.given_back
        assert (offered is None) == (looped or (before is not None and before.open))
        if offered:
            self.handoff = offered

    @rule(by=people)
    def take(self, by: str) -> None:
        self.handoff, self.owner = Handoff.taken(by, self.now, self.handoff), by

    @precondition(lambda self: self.handoff)
    @rule(by=people)
    def accept(self, by: str) -> None:
        accepted = self.handoff.accepted(by, self.now)
        assert (accepted is not None) == (self.handoff.state == "offered" or self.owner == by)
        if accepted:
            self.handoff, self.owner = accepted, by

    @precondition(lambda self: self.handoff)
    @rule(by=people, way=st.sampled_from(["returned", "closed"]), done=st.booleans())
    def end(self, by: str, way: str, done: bool) -> None:
        ended = getattr(self.handoff, way)(by, "a note", self.now, done=done)
        assert (ended is not None) == (self.owner == by)
        if ended:
            assert (ended.state, ended.owner, ended.note, ended.done) == (way, by, "a note", done)
            self._over(ended)

    @precondition(lambda self: self.handoff)
    @rule()
    def lapse(self) -> None:
        lapsed = self.handoff.lapsed(self.now)
        waited = self.handoff.state == "offered" and self.now >= self.handoff.since + timedelta(seconds=180)
        assert (lapsed is not None) == (waited or self.owner is not None)
        if lapsed:
            self._over(lapsed)

    @rule(seconds=st.integers(1, 200))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def _over(self, ended: Handoff) -> None:
        self.handoff, self.owner = ended, None
        self.given_back.update(ended.causes)

    @invariant()
    def a_person_has_it_who_took_it(self) -> None:
        held = self.handoff is not None and self.handoff.held
        assert held == (self.owner is not None)
        assert not held or (self.handoff.is_of(self.owner) and self.handoff.open)
        assert sum(self.handoff is not None and self.handoff.is_of(one) for one in ("dana", "kim", "sam")) == held

    @invariant()
    def what_is_over_says_when(self) -> None:
        if self.handoff:
            assert (self.handoff.ended_at is None) == self.handoff.open
            assert (self.handoff.until is None) or self.handoff.state in ("offered", "lapsed")


TestHanding = Handing.TestCase


@pytest.mark.parametrize("state", ["returned", "closed", "lapsed"])
def test_what_is_over_cannot_be_taken_up_again(state: str) -> None:
    over = Handoff.taken("dana", NOON).model_copy(update={"state": state})
    steps = (
        over.accepted("dana", NOON),
        over.returned("dana", "", NOON, done=True),
        over.closed("dana", "", NOON, done=True),
        over.lapsed(NOON + timedelta(days=1)),
    )
    assert steps == (None, None, None, None)


def test_a_supervisor_takes_it_from_whoever_has_it() -> None:
    offered = Handoff.offer("customer", "person", TEAM, NOON)
    assert offered
    kim = offered.accepted("kim", NOON)
    taken = Handoff.taken("sam", NOON, kim)
    assert (taken.owner, taken.queue, taken.asked_by) == ("sam", "payments", "customer")
    assert taken.returned("kim", "", NOON, done=True) is None
