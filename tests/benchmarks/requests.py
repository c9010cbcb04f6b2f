"""Two requests in one text, both from phrasings that were not learnt from: `python -m tests.benchmarks.requests`."""

import asyncio
from collections.abc import Iterator
from random import Random
from statistics import mean

from rich.console import Console
from rich.table import Table

from callcenter.business import load
from callcenter.settings import PROJECT
from services.agent.reasons import ContactReasons
from services.agent.settings import ModelSettings
from services.agent.understanding import OUT_OF_SCOPE, Understanding, choice
from services.agent.understanding.embedded import StandardEngine
from services.agent.understanding.examples import Examples
from services.agent.understanding.sentences import Encoder
from services.agent.understanding.training import train

FOLDS = 5
Outcome = tuple[bool, bool, bool, bool]


async def outcomes(reasons: ContactReasons, encoder: Encoder) -> list[Outcome]:
    """Of each pair: the first found is asked for, any is, both are, and something is found that is not."""
    own, seen = Examples.of_business(reasons), list[Outcome]()
    for learnt, asked in own.folds(FOLDS):
        understanding = Understanding(StandardEngine(train(own.at(learnt), encoder), encoder), reasons)
        for text, wanted in pairs(own.at(asked)):
            found = [one.code for one in await understanding.find(text)]
            right = wanted & set(found)
            seen.append((found[:1] != [] and found[0] in wanted, bool(right), right == wanted, bool({*found} - wanted)))
    return seen


def pairs(asked: Examples) -> Iterator[tuple[str, set[str]]]:
    """Each phrasing, and after it one of another reason, always the same."""
    inside = [pair for pair in zip(asked.texts, asked.labels, strict=True) if pair[1] != OUT_OF_SCOPE]
    others = Random(1).sample(inside, len(inside))
    for (text, label), (more, further) in zip(inside, others, strict=True):
        if label != further:
            yield f"{text.rstrip('.!?')}. {more}", {label, further}


def main() -> None:
    """A line for each business."""
    encoder = choice.encoder(ModelSettings.read())
    if encoder is None:
        raise SystemExit("The weights are missing: python -m services.agent.weights")
    table = Table("business", "pairs", "first is right", "one found", "both found", "another found")
    for business in ("retail", "telecom", "banking"):
        reasons = load(PROJECT / "businesses" / business, "contact_reasons.yaml", ContactReasons)
        seen = asyncio.run(outcomes(reasons, encoder))
        table.add_row(business, str(len(seen)), *(f"{mean(column):.1%}" for column in zip(*seen, strict=True)))
    Console().print(table)


if __name__ == "__main__":
    main()
