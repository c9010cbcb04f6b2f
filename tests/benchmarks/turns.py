"""How long the agent takes for a customer's turn, in process: `python -m tests.benchmarks.turns [--against FOLDER]`.

FOLDER is a checkout of another version of this project, as of `git worktree add`, with `.models` in it; without one,
this version is held against itself, which shows what chance does. The two take turns, each run in a process of its own;
the figure to trust is the median of the ratios. Every text is read once in a process, as vectors are remembered.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psutil

from callcenter.events import AgentSpoke, Contact, CustomerSpoke, InteractionRequested, Request, Turn
from services.agent import build
from services.agent.worker import AgentWorker

Taken = tuple[float, float]
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
WARM = (
    ("The zip on my new jacket is broken, what now?", "no"),
    ("The kettle arrived broken, I want to send it back.", "it's 48999"),
    ("I forgot my password", "never mind, thanks"),
)
"""What is not timed: the first texts of a process load what is only loaded when it is needed."""

TALKS = (
    ("I'd like a refund for my espresso machine, order 48213.", "yes please"),
    ("Where is my package? It should have been here on Monday.", "the order number is 48213"),
    ("Please cancel order 48244 right now.", "yes, go ahead"),
    ("I was charged twice for order 48260, can you fix this?", "my email is ann@example.com"),
    ("I can't log in anymore, it says too many failed attempts.", "ann@example.com"),
    ("Exchange my boots for a larger size, would you?", "no, that is not what I meant"),
    ("My promo code doesn't work at the checkout.", "SUMMER20"),
    ("Can I change the address of my order?", "48217, and please hurry"),
    ("The lamp you sent me is the wrong colour.", "I don't have the number at hand"),
    ("I want to delete my account.", "why do you need that?"),
    ("Hello, I have a question about my gift card.", "what is the balance on it?"),
    ("Stop sending me your newsletter!", "no, only the newsletter, not the account"),
    ("My parcel says delivered but nothing has come. I asked the neighbours and nobody has it.", "order 48231"),
    ("Send me the invoice for my last order, please.", "can you send it by mail instead?"),
    ("I've been waiting two weeks for my refund, what is going on?", "I want to talk to a human"),
)


async def taken(worker: AgentWorker, first: str, reply: str) -> tuple[Taken, Taken]:
    """For a first request, and for the reply to what the agent said."""
    began = now()
    spoke = await worker.open(requested(first))
    opened = now()
    if not isinstance(spoke, AgentSpoke):
        raise SystemExit(
            f"The agent asked nothing after {first!r}, so that there is no reply to time: take another text."
        )
    said = Turn(turn=len(spoke.transcript), at=NOW, speaker="customer", text=reply)
    spoken = spoke.then(CustomerSpoke, transcript=(*spoke.transcript, said), dialogue=spoke.dialogue)
    begun = now()
    await worker.reply(spoken)
    return between(began, opened), between(begun, now())


def now() -> Taken:
    return time.perf_counter(), time.process_time()


def between(start: Taken, end: Taken) -> Taken:
    """Milliseconds on the clock, and of the processor, with all threads of the process."""
    return 1000 * (end[0] - start[0]), 1000 * (end[1] - start[1])


def requested(text: str) -> InteractionRequested:
    return InteractionRequested(
        event_id=UUID(int=1),
        interaction_id="interaction-1",
        rev=1,
        occurred_at=NOW,
        contact=Contact(number=1, initiated_at=NOW),
        request=Request(business="retail", text=text, seed=7, mode="live"),
    )


async def timed() -> None:
    """One line of figures for whoever started this process."""
    began = time.perf_counter()
    worker = build()
    started = time.perf_counter() - began
    for first, reply in WARM:
        await taken(worker, first, reply)
    firsts, replies = zip(*[await taken(worker, first, reply) for first, reply in TALKS], strict=True)
    figures = [statistics.median(column) for one in (firsts, replies) for column in zip(*one, strict=True)]
    means = [statistics.mean(column) for column in zip(*firsts, *replies, strict=True)]
    print(*figures, *means, started, psutil.Process().memory_info().rss / 1e6)


def run(folder: Path) -> list[float]:
    """This very file, on the code of a folder."""
    environment = os.environ | {"PYTHONPATH": str(folder)}
    command = [sys.executable, "-P", str(Path(__file__).resolve()), "--here"]
    done = subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return [float(figure) for figure in done.stdout.splitlines()[-1].split()]


NAMES = (
    *("first request, ms", "the same, processor", "reply, ms", "the same, processor"),
    *("mean of both, ms", "the same, processor", "start, s", "memory, MB"),
)


def shown(name: str, pairs: list[tuple[float, float]]) -> str:
    """Medians of this version and of the other, and the ratio within a pair of runs."""
    ratios = [ours / theirs for ours, theirs in pairs]
    medians = [statistics.median(column) for column in zip(*pairs, strict=True)]
    spread = f"{statistics.median(ratios):5.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    return f"{name:20} {medians[0]:7.2f} {medians[1]:7.2f} {spread}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.turns", description=__doc__)
    parser.add_argument("--against", type=Path, help="a checkout of another version")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        asyncio.run(timed())
        return
    here = Path.cwd()
    other = options.against.resolve() if options.against else here
    runs = [(run(other), run(here)) for _ in range(options.rounds)]
    print(f"{'':20} {'this':>7} {'other':>7} ratio, median (lowest to highest)")
    for number, name in enumerate(NAMES):
        print(shown(name, [(ours[number], theirs[number]) for theirs, ours in runs]))


if __name__ == "__main__":
    main()
