"""Customer, two people, a slow agent and the watch, in any order: the assistant never speaks where a person has it."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from callcenter.events import IN_HANDS, Event, InteractionRequested, utc_now
from callcenter.http.problems import Problem
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from callcenter.storage.memory import MemoryStore
from callcenter.storage.protocol import Result
from services.intake.conversations import Conversations
from services.intake.handoff import Handoffs, Teams, Watch
from services.intake.reception import Reception
from services.intake.requests import NewInteraction, NewMessage
from services.intake.settings import IntakeSettings
from tests.staff import businesses
from tests.unit.intake.house import desks

QUICK = IntakeSettings(turn_gap=0, accept_timeout=0.05)
words = st.sampled_from(["let me talk to a human", "I'd like a refund for order 48213", "hello?", "bye"])
people = st.sampled_from(["Dana", "Kim"])


class Contact(RuleBasedStateMachine):
    """One contact. The agent takes the newest event and answers it later, while others go on."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.agent = desks()[0]
        self.in_hand: Event | None = None
        self.owner: str | None = None
        self.said_by_agent = 0
        self.told: list[str] = []

    def run(self, step: Awaitable[Any]) -> Any:
        async def going() -> Any:
            done = await step
            await self.conversations.flush()
            return done

        return self.runner.run(going())

    @initialize()
    def call(self) -> None:
        self.runtime = Runtime(RuntimeSettings(), MemoryStore(), MemoryTransport())
        teams = Teams.load(self.folder, self.runtime.switchboard, 180)
        reception = Reception(self.runtime.store, self.runtime.transport, ["retail"], QUICK, teams)
        self.conversations = Conversations(self.runtime, reception, QUICK)
        self.handoffs, self.watch = Handoffs(self.runtime, QUICK), Watch(self.runtime, QUICK)
        self.late = Watch(self.runtime, QUICK, lambda: utc_now() + timedelta(minutes=5))
        self.run(teams.sign_on("retail", "Dana", ["service", "returns"], 3600))
        self.id = self.run(reception.accept(NewInteraction(text="a human please"), None, None)).interaction_id
        self.told.append("a human please")

    @property
    def newest(self) -> InteractionRequested:
        event = self.run(self.handoffs.look(self.id))
        assert isinstance(event, InteractionRequested)
        return event

    @rule(text=words)
    def customer_writes(self, text: str) -> None:
        with suppress(Problem):
            accepted = self.run(self.conversations.say(self.id, NewMessage(text=text), None))
            if accepted.interaction_id == self.id:
                self.told.append(text)

    @precondition(lambda self: self.in_hand is None)
    @rule()
    def agent_takes_it(self) -> None:
        newest = self.newest
        if type(newest) in self.agent.subscriptions:
            self.in_hand = newest

    @precondition(lambda self: self.in_hand)
    @rule()
    def agent_answers(self) -> None:
        event, self.in_hand = self.in_hand, None
        answer = self.run(self.agent.handler_of(type(event))(event))
        step = self.run(self.runtime.store.advance(answer.sealed(utc_now())))
        if step.result is Result.CONFLICT and type(step.stored.event()) in self.agent.subscriptions:
            self.in_hand = step.stored.event()
        if step.result is Result.NEW:
            assert self.owner is None, "it spoke although a person has the contact"
            self.run(self.runtime.switchboard.note(self.id))

    @rule(by=people, step=st.sampled_from(["accept", "take"]))
    def a_person_comes(self, by: str, step: str) -> None:
        with suppress(Problem):
            self.run(getattr(self.handoffs, step)(self.id, by))
            assert step == "take" or self.owner in (None, by)
            self._has_it(by)

    @rule(by=people)
    def a_person_speaks(self, by: str) -> None:
        try:
            self.run(self.handoffs.say(self.id, by, "Hello", None))
        except Problem:
            assert self.owner != by
        else:
            assert self.owner == by

    @rule(by=people, done=st.booleans(), step=st.sampled_from(["hand_back", "close"]))
    def a_person_leaves(self, by: str, done: bool, step: str) -> None:
        try:
            self.run(getattr(self.handoffs, step)(self.id, by, "a note", done=done))
        except Problem:
            assert self.owner != by
        else:
            assert self.owner == by
            self.owner = None

    @rule(late=st.booleans())
    def the_watch_looks(self, late: bool) -> None:
        self.run((self.late if late else self.watch).look())

    @invariant()
    def nobody_else_speaks_where_a_person_has_it(self) -> None:
        if not hasattr(self, "id"):
            return
        newest = self.newest
        transcript = getattr(newest, "transcript", ())
        held = newest.handoff is not None and newest.handoff.held
        assert held == (self.owner is not None)
        if held:
            assert newest.handoff.owner == self.owner
            assert isinstance(newest, IN_HANDS)
            assert type(newest) not in self.agent.subscriptions
            assert _by_agent(transcript) == self.said_by_agent
        elif newest.handoff and newest.handoff.state == "offered" and not newest.terminal:
            assert self.id in self.run(self.runtime.switchboard.noted()), "somebody would wait, and nobody knew"

    @invariant()
    def nothing_that_was_said_is_lost(self) -> None:
        if hasattr(self, "id"):
            turns = getattr(self.newest, "transcript", ())
            heard = [turn.text for turn in turns if turn.speaker == "customer"]
            assert heard == self.told or not turns

    def teardown(self) -> None:
        self.runner.close()

    def _has_it(self, by: str) -> None:
        if self.owner is None:
            self.said_by_agent = _by_agent(getattr(self.newest, "transcript", ()))
        self.owner = by


def _by_agent(transcript: Any) -> int:
    return sum(turn.speaker == "agent" for turn in transcript)


@pytest.fixture(scope="module", autouse=True)
def always(tmp_path_factory: pytest.TempPathFactory) -> None:
    Contact.folder = businesses(tmp_path_factory.mktemp("always"))


TestContact = Contact.TestCase
TestContact.settings = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[*HealthCheck],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a step takes too long to look for a shorter case
)
TestContact.pytestmark = [pytest.mark.timeout(300)]
