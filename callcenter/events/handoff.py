"""A person takes over a live contact: who asked for it, which team, who has it, how it ended. Pure: the state machine.

    offered -> accepted -> returned | closed
       |           `-> lapsed      nobody spoke any more
       `-> lapsed                  nobody came, or the customer waits no more

A step that cannot be taken from where the handoff stands is None.
"""

from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import AwareDatetime

from callcenter.events.words import Section

HandoffState = Literal["offered", "accepted", "returned", "closed", "lapsed"]
AskedBy = Literal["customer", "agent", "danger", "supervisor"]


class OnDuty(Section):
    """A queue that a person was on duty for when the customer last wrote, while the business was open.

    `team` is how customers know it, `patience` how many seconds they wait there before they are called back instead.
    """

    queue: str
    team: str
    patience: float


class Handoff(Section):
    """The newest handoff of a contact. Only while it is `accepted` does a person have it, the `owner`.

    `cause` is why, in the agent's words; `tried` are the causes of those before it in this contact. `until`
    is when the wait for a person ends. Of one that was returned or closed, `done` says whether the customer has what
    they wanted. `mood` is that of the customer's last words before it, from -1 to 1.
    """

    state: HandoffState
    asked_by: AskedBy
    cause: str
    queue: str | None = None
    team: str | None = None
    since: AwareDatetime
    until: AwareDatetime | None = None
    owner: str | None = None
    accepted_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    note: str = ""
    done: bool = False
    mood: float | None = None
    tried: tuple[str, ...] = ()

    @classmethod
    def offer(
        cls, asked_by: AskedBy, cause: str, team: OnDuty, now: datetime, before: "Handoff | None" = None
    ) -> Self | None:
        """To a team; none while another is open, nor again for what the agent itself gave up on before."""
        tried = before.causes if before else ()
        if (before and before.open) or (asked_by == "agent" and cause in tried):
            return None
        return cls(
            state="offered",
            asked_by=asked_by,
            cause=cause,
            queue=team.queue,
            team=team.team,
            since=now,
            until=now + timedelta(seconds=team.patience),
            tried=tried,
        )

    @classmethod
    def taken(cls, by: str, now: datetime, before: "Handoff | None" = None) -> Self:
        """By a supervisor, whoever had the contact."""
        if before and before.open:
            return cls.model_validate({**before.model_dump(), **_accepted(by, now)})
        tried = before.causes if before else ()
        return cls(asked_by="supervisor", cause="taken", since=now, tried=tried, **_accepted(by, now))

    @property
    def open(self) -> bool:
        """Whether a person is awaited or there."""
        return self.state in ("offered", "accepted")

    @property
    def held(self) -> bool:
        """Whether a person has the contact, so that the assistant is mute."""
        return self.state == "accepted"

    @property
    def causes(self) -> tuple[str, ...]:
        """Why this contact was handed over so far."""
        return tuple(dict.fromkeys((*self.tried, self.cause)))

    def is_of(self, by: str) -> bool:
        """Whether this person has the contact."""
        return self.held and self.owner == by

    def accepted(self, by: str, now: datetime) -> Self | None:
        """One wins, and may say so again."""
        if self.is_of(by):
            return self
        return self.model_copy(update=_accepted(by, now)) if self.state == "offered" else None

    def returned(self, by: str, note: str, now: datetime, *, done: bool) -> Self | None:
        """The assistant goes on."""
        return self._ended("returned", now, note=note, done=done) if self.is_of(by) else None

    def closed(self, by: str, note: str, now: datetime, *, done: bool) -> Self | None:
        """The contact is wrapped up."""
        return self._ended("closed", now, note=note, done=done) if self.is_of(by) else None

    def lapsed(self, now: datetime) -> Self | None:
        """Nobody came in time, or whoever came has left it lying."""
        waits = self.until is not None and now < self.until
        return self._ended("lapsed", now) if self.held or (self.state == "offered" and not waits) else None

    def left(self, now: datetime) -> Self | None:
        """The customer waits no more."""
        return self._ended("lapsed", now) if self.state == "offered" else None

    def _ended(self, state: HandoffState, now: datetime, *, note: str = "", done: bool = False) -> Self:
        return self.model_copy(update={"state": state, "ended_at": now, "note": note, "done": done})


def _accepted(by: str, now: datetime) -> dict[str, object]:
    return {"state": "accepted", "owner": by, "accepted_at": now, "until": None}
