"""Plays a case: the earlier contacts, then the one that is judged, and what came of it."""

import re
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from callcenter.business import Profile, folders, load
from callcenter.settings import BusinessSettings
from tests.cases.case import Case
from tests.cases.door import Door, NotPlayed
from tests.cases.record import Json, Record
from tests.cases.script import Script
from tests.cases.verdict import Judge, Played, Problem

MAX_TURNS = 20
"""What the customer says at most in one live talk."""
INVITES = r"\b(reply|send (it|them) to us|send us|write (back|to us)|get back to us|you won.t have to start over)\b"
"""Words of the agent after which a further message must be taken."""
Class = Literal["right", "wrong", "harmful", "error"]


@dataclass(frozen=True)
class Result:
    """What came of one case."""

    case: Case
    problems: list[Problem]
    record: Record = field(default_factory=lambda: Record({}))
    error: bool = False
    seconds: float = 0

    @property
    def verdict(self) -> Class:
        if self.error:
            return "error"
        if any(problem.harmful for problem in self.problems):
            return "harmful"
        return "wrong" if self.problems else "right"

    @property
    def told(self) -> str:
        """All problems in one line, the harmful ones first."""
        return "; ".join(problem.what for problem in sorted(self.problems, key=lambda one: not one.harmful))

    @property
    def talk(self) -> list[str]:
        return [f"{turn['speaker']}: {turn['text']}" for turn in self.record.transcript]


async def play(door: Door, case: Case) -> Result:
    """Play the case and judge it; a case that cannot be played is an error and never stops the others."""
    began = time.monotonic()
    try:
        played = await _played(door, case)
    except (NotPlayed, TimeoutError) as why:
        return Result(case, [Problem(str(why) or "no answer in time")], error=True, seconds=time.monotonic() - began)
    problems = Judge(case.expect, played).problems()
    return Result(case, problems, played.record, seconds=time.monotonic() - began)


async def _played(door: Door, case: Case) -> Played:
    tickets = [await _earlier(door, case, number) for number in range(len(case.before))]
    if case.mode == "live":
        return await _Talk(door, case, tickets).held()
    state = await _one_shot(door, case.business, case.customer, _filled(case.text, tickets), case.seed)
    return Played(_ended(state), _today(case.business))


async def _earlier(door: Door, case: Case, number: int) -> str:
    before = case.before[number]
    state = await _one_shot(door, case.business, before.customer or case.customer, before.text, before.seed)
    return Record.of(state).ticket


async def _one_shot(door: Door, business: str, customer: str | None, text: str, seed: int) -> Json:
    body = {"text": text, "business": business, "seed": seed, "persona": "plain"}
    return await door.start(body | ({"customer_id": customer} if customer else {}), 20)


class _Talk:
    """A live talk in which the script answers. The seed of the case makes the agent's words the same each time."""

    def __init__(self, door: Door, case: Case, tickets: list[str]) -> None:
        self.door, self.case = door, case
        turns = [turn.model_copy(update={"say": _filled(turn.say, tickets)}) for turn in case.script()]
        self.script = Script(turns)
        self.turned_away = ""

    async def held(self) -> Played:
        body = {"mode": "live", "business": self.case.business, "seed": self.case.seed}
        if self.case.customer:
            body["customer_id"] = self.case.customer
        state = await self._answered(await self.door.start(body, 10))
        for text in self.script.after_end():
            state = await self._after_end(state, text)
        return Played(_ended(state), _today(self.case.business), self.script.unsaid(), self.turned_away)

    async def _answered(self, state: Json) -> Json:
        """All that the script answers while the agent listens."""
        for number in range(MAX_TURNS):
            if state.get("status") != "waiting":
                break
            record = Record.of(state)
            text = self.script.next(record.last_words, record.last_act) if number else self.script.first()
            if text is None:
                break
            state = (await self.door.say(state, text)).body
        return state

    async def _after_end(self, state: Json, text: str) -> Json:
        before = Record.of(state).last_words
        answer = await self.door.say(state, text)
        if answer.refused and re.search(INVITES, before, re.I):
            self.turned_away = f"HTTP {answer.status}, though the agent had said: {before[-160:]!r}"
        return answer.body


def _ended(state: Json) -> Record:
    if state.get("status") == "failed":
        raise NotPlayed(f"the interaction failed: {str(state.get('failure'))[:200]}")
    return Record.of(state)


def _filled(text: str, tickets: list[str]) -> str:
    """The text with {ticket}, {ticket2} ... as the tickets of the earlier contacts."""
    for number, ticket in enumerate(tickets, 1):
        text = text.replace(f"{{ticket{'' if number == 1 else number}}}", ticket)
    return text


def _today(business: str) -> date:
    """The day it is where the business is."""
    return datetime.now(_zone(business)).date()


@cache
def _zone(business: str) -> ZoneInfo:
    folder = folders(BusinessSettings.read().businesses_dir)[business]
    return ZoneInfo(load(folder, "business.yaml", Profile).time_zone)
