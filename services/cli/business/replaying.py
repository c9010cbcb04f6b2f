"""`callcenter business replay`: recorded interactions judged by changed rules, and the decisions that flip."""

import asyncio
import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer
from rich.table import Column, Table
from rich.text import Text

from callcenter.events import Decision
from services.cli.business.house import rules_of
from services.cli.business.judging import cannot_tell, judged
from services.cli.business.records import Recorded, from_api, from_file
from services.cli.interactions import connect
from services.cli.program import OUT, USAGE, Failed
from services.policy.worker import Desk

_SPAN = re.compile(r"(\d+)([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True)
class Flip:
    """One decision that comes out otherwise: another verdict, another action, or another amount."""

    interaction: str
    reason: str | None
    old: Decision
    new: Decision
    flipped_by: str

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        kept = {"verdict", "rule_id", "action", "missing"}
        return {
            "interaction_id": self.interaction,
            "reason": self.reason,
            "old": self.old.model_dump(mode="json", include=kept),
            "new": self.new.model_dump(mode="json", include=kept),
            "flipped_by": self.flipped_by,
        }


@dataclass(frozen=True)
class Replay:
    """What judging again came to; `reworded` are decisions that only say it otherwise, `masked` contacts left out."""

    interactions: int
    decisions: int
    reworded: int
    masked: int
    flips: Sequence[Flip]


def replay(business: str, changed: Path, since: datetime | None, file: Path | None, url: str | None) -> Replay:
    """Judge again, by the rules and accounts of `changed`, each interaction as of the time of its contact.

    Raises Failed where there is nothing to replay, and BusinessError where the folder is wrong.
    """
    (desk,) = rules_of(changed).desks.values()
    if file:
        found = asyncio.run(_judged(desk, from_file(file, business, since)))
    else:
        with connect(url) as client:
            found = asyncio.run(_judged(desk, from_api(client, business, since)))
    if not found.interactions:
        raise Failed(f"There is no decided interaction of {business} to replay{' since then' if since else ''}.", USAGE)
    return found


async def _judged(desk: Desk, interactions: Iterable[Recorded]) -> Replay:
    count, masked, pairs = 0, 0, list[tuple[str, Decision, Decision]]()
    for one in interactions:
        count += 1
        if cannot_tell(one.held):
            masked += 1
            continue
        again = (await judged(desk, one.held)).decisions
        both = zip(one.policy.decisions, again, strict=True)
        pairs += [(one.id, old, new) for old, new in both if "under_way" not in old.facts and not old.escalation]
    rules = {rule.id for rule in desk.judge.rulebook.rules}
    flips = [
        Flip(name, new.contact_reason, old, new, flipped_by(old, new, rules))
        for name, old, new in pairs
        if _outcome(old) != _outcome(new)
    ]
    reworded = sum(_said(old) != _said(new) for _, old, new in pairs if _outcome(old) == _outcome(new))
    return Replay(count, len(pairs), reworded, masked, flips)


def flipped_by(old: Decision, new: Decision, rules: Collection[str]) -> str:
    """Which rule makes the difference, and how; `rules` are those that there are now."""
    decides = new.rule_id or f"no rule ({new.reason_internal.partition(':')[0]})"
    if old.rule_id is None:
        return f"{decides} now decides"
    if old.rule_id == new.rule_id:
        return f"{decides} now says so"
    if old.rule_id not in rules:
        return f"{old.rule_id} is gone; {decides} decides"
    check = next((check for check in new.checks if check.rule_id == old.rule_id), None)
    if check is None:
        return f"{decides} now applies before {old.rule_id}"
    lacks = f"now lacks a fact ({check.note})" if check.result == "lacks_facts" else "no longer applies"
    return f"{old.rule_id} {lacks}; {decides} decides"


def _outcome(decision: Decision) -> tuple[str, str | None, Decimal | None, tuple[str, ...]]:
    action = decision.action
    return decision.verdict, action.name if action else None, action.amount if action else None, decision.missing


def _said(decision: Decision) -> tuple[str | None, str]:
    return decision.rule_id, decision.reason_customer


def moment(since: str | None) -> datetime | None:
    """`7d`, `12h` or `30m` ago, or the beginning of a day (UTC); raises Failed for anything else."""
    if since is None:
        return None
    if span := _SPAN.fullmatch(since):
        return datetime.now(UTC) - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        given = datetime.fromisoformat(since)
    except ValueError:
        raise Failed(f"--since {since!r} is no time. Write 7d, 12h, 30m, or a day like 2026-11-01.", USAGE) from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def report(result: Replay) -> None:
    """For a person: a table of the flips, then the count."""
    if result.flips:
        OUT.print(_table(result.flips))
    flips, others = (
        len(result.flips),
        f"; {result.reworded} others are only worded otherwise" if result.reworded else "",
    )
    OUT.print(
        f"{result.interactions} interactions, {result.decisions} decisions judged again: "
        f"{flips or 'none'} flip{others}.",
        soft_wrap=True,
    )
    if result.masked:
        OUT.print(f"{result.masked} left out: what the customer stated is masked in their records.", soft_wrap=True)


def report_json(result: Replay) -> None:
    """The same for programs."""
    data = {
        "interactions": result.interactions,
        "decisions": result.decisions,
        "reworded": result.reworded,
        "masked": result.masked,
        "flips": [flip.data() for flip in result.flips],
    }
    typer.echo(json.dumps(data, indent=2))


def _table(flips: Sequence[Flip]) -> Table:
    headers = ("Interaction", "Reason", "Was", "Would be", "Flipped by")
    table = Table(*(Column(header, overflow="fold") for header in headers))
    for flip in flips:
        row = (flip.interaction, flip.reason or "none", *map(_shown, (flip.old, flip.new)), flip.flipped_by)
        table.add_row(*map(Text, row))
    return table


def _shown(decision: Decision) -> str:
    return "\n".join(_lines(decision))


def _lines(decision: Decision) -> Iterator[str]:
    yield decision.verdict
    yield decision.rule_id or decision.reason_internal.partition(":")[0]
    if decision.action and decision.action.amount is not None:
        yield f"{decision.action.amount:,.2f} {decision.action.currency or ''}".strip()
    elif decision.action:
        yield decision.action.name
