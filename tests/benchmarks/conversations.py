"""Many simulated conversations over all businesses and personas, and how varied they are.

`python -m tests.benchmarks.conversations [COUNT]` prints the figures; `--read N` prints N of them in full.
"""

import argparse
import asyncio
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, get_args
from uuid import UUID

import yaml

from callcenter.events import CaseStated, Contact, ConversationHeld, InteractionRequested, Persona, Request
from callcenter.settings import PROJECT
from services import agent
from services import policy as policy_desk
from services.agent.settings import AgentSettings
from services.agent.worker import AgentWorker
from services.policy.worker import PolicyWorker

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
PERSONAS = get_args(Persona)
SHORTEST = 12
"""Letters of a sentence that may not be said twice; `Thank you.` may."""


@dataclass(frozen=True)
class Figures:
    """How varied the agent's words are."""

    conversations: int
    turns: int
    agent_turns_most: int
    repeated_sentences: int
    """Sentences that were said again in the same conversation."""
    distinct_2: float
    """Different pairs of words, as a share of all pairs in the agent's turns (Li et al., 2016)."""
    same_turns: float
    """Share of agent turns that were said word by word in another conversation, too."""
    missing: int
    """Facts that were needed and not obtained; each has its reason."""

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.conversations} conversations, {self.turns} turns, at most {self.agent_turns_most} of the agent"
        yield f"sentences repeated in a conversation: {self.repeated_sentences}"
        yield f"distinct-2 of the agent's words: {self.distinct_2:.3f}"
        yield f"agent turns that occur word by word in another conversation: {self.same_turns:.1%}"
        yield f"facts that could not be had, each with its reason: {self.missing}"


async def hold(worker: AgentWorker, count: int, seed: int = 1) -> list[ConversationHeld]:
    """The first `count` of an endless row: every scenario of every business, with every persona, in random order."""
    dice = Random(seed)
    openings = [(business, scenario) for business in sorted(worker.desks) for scenario in _scenarios(business)]
    dice.shuffle(openings)
    row = itertools.islice(zip(itertools.cycle(openings), itertools.cycle(PERSONAS), strict=False), count)
    policy = policy_desk.build()
    return [await _held(worker, policy, _requested(n, *opening, who)) for n, (opening, who) in enumerate(row, start=1)]


async def _held(worker: AgentWorker, policy: PolicyWorker, asked: InteractionRequested) -> ConversationHeld:
    """The conversation, in which policy says how the case stands as often as it is asked."""
    event = await worker.open(asked)
    while isinstance(event, CaseStated):
        event = await worker.go_on(await policy.look(event))
    assert isinstance(event, ConversationHeld)
    return event


def measure(held: Sequence[ConversationHeld]) -> Figures:
    """The figures of these conversations."""
    said = [agent_turns(event) for event in held]
    turns = Counter(text for texts in said for text in texts)
    pairs = [
        pair for texts in said for text in texts for pair in itertools.pairwise(re.findall(r"[\w']+", text.lower()))
    ]
    return Figures(
        conversations=len(held),
        turns=sum(len(event.transcript) for event in held),
        agent_turns_most=max(map(len, said)),
        repeated_sentences=sum(len(repeated(event)) for event in held),
        distinct_2=len(set(pairs)) / len(pairs),
        same_turns=sum(times for times in turns.values() if times > 1) / turns.total(),
        missing=sum(len(event.missing) for event in held),
    )


def agent_turns(event: ConversationHeld) -> list[str]:
    """What the agent said."""
    return [turn.text for turn in event.transcript if turn.speaker == "agent"]


def repeated(event: ConversationHeld) -> list[str]:
    """The agent's sentences that it said more than once."""
    sentences = [s.strip() for text in agent_turns(event) for s in re.split(r"(?<=[.?!])\s+(?=\W?[A-Z])", text)]
    return [s for s, times in Counter(sentences).items() if times > 1 and len(s) > SHORTEST]


def _scenarios(business: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = yaml.safe_load((PROJECT / "businesses" / business / "scenarios.yaml").read_text())[
        "scenarios"
    ]
    return listed


def _requested(number: int, business: str, scenario: dict[str, Any], persona: Persona) -> InteractionRequested:
    return InteractionRequested(
        event_id=UUID(int=number),
        interaction_id=f"conversation-{number}",
        rev=1,
        occurred_at=NOW,
        contact=Contact(number=number, customer_id=scenario.get("customer_id"), initiated_at=NOW),
        request=Request(business=business, text=scenario["text"], seed=number, persona=persona),
    )


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=500)
    parser.add_argument("--read", type=int, default=0)
    wanted = parser.parse_args()
    held = asyncio.run(hold(agent.build(AgentSettings(demo=True)), wanted.count))
    for event in held[: wanted.read]:
        print(f"--- {event.request.business}, {event.request.persona}: {event.outcome}")
        for turn in event.transcript:
            print(f"{turn.speaker:>8}  {turn.text}")
    print(*measure(held).lines(), sep="\n")


if __name__ == "__main__":
    main()
