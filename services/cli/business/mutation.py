"""Would the scenarios notice a wrong rule? Each verdict is turned in turn, and the conversations judged again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from callcenter.events import ConversationHeld
from services.cli.business.judging import judged
from services.cli.business.records import recorded
from services.cli.business.runs import Run
from services.cli.business.scenarios import decided_by_policy, differences
from services.policy.judge import Judge
from services.policy.rules import Rule
from services.policy.worker import Desk

TURNED: Mapping[str, Literal["allow", "deny"]] = {"allow": "deny", "deny": "allow", "needs_review": "allow"}


class Mutant(NamedTuple):
    """One rule with its verdict turned; `noticed` names a scenario that then fails, None if none does."""

    rule: str
    verdict: str
    turned: str
    reached: bool
    noticed: str | None


async def mutants(desk: Desk, runs: Sequence[Run]) -> list[Mutant]:
    """One for each rule that decides; only runs that it decided can notice it, so only those are judged again."""
    held = [(run, recorded("scenario", run.record).held) for run in runs if run.binding]
    return [
        await _mutant(desk, rule, [(run, event) for run, event in held if rule.id in run.rules])
        for rule in desk.judge.rulebook.rules
        if not rule.ask
    ]


async def _mutant(desk: Desk, rule: Rule, reaching: Sequence[tuple[Run, ConversationHeld]]) -> Mutant:
    turned = TURNED[rule.verdict]
    judge = Judge(desk.judge.rulebook.with_verdict(rule.id, turned), desk.judge.profile)
    turned_desk = Desk(desk.accounts, judge)
    noticed = None
    for run, event in reaching:
        before = run.scenario.agreements(event.occurred_at)
        decided = (await judged(turned_desk, event, before)).model_dump(mode="json")
        if any(differences(decided_by_policy(run.scenario.expect), {**run.record, "policy": decided})):
            noticed = run.scenario.id
            break
    return Mutant(rule.id, rule.verdict, turned, bool(reaching), noticed)


def survivors(found: Sequence[Mutant]) -> Iterator[Mutant]:
    """Those that no scenario noticed."""
    return (mutant for mutant in found if mutant.noticed is None)
