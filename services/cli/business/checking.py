"""`callcenter business check`: every file by the loader of its service, then what only shows in the whole."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import typer
from pydantic import BaseModel
from rich.text import Text

from callcenter.business import Profile, load
from callcenter.errors import BusinessError
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services import agent, intake, summary, ticketing
from services.agent.reasons import ContactReasons
from services.agent.settings import AgentSettings
from services.cli.business.consistency import Whole, inconsistencies
from services.cli.business.house import rules_of
from services.cli.business.scenarios import Scenarios
from services.cli.program import OUT
from services.intake.settings import IntakeSettings
from services.policy.accounts import AccountsSheet
from services.policy.rulebook import Rulebook
from services.summary.settings import SummarySettings
from services.summary.wrap_up import WrapUp
from services.ticketing.desks import Desks
from services.ticketing.settings import TicketingSettings

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Found:
    """What a check found, in the order of the files; warnings may be meant."""

    business: str
    mistakes: tuple[str, ...]
    warnings: tuple[str, ...]
    unread: tuple[str, ...]
    """Files with mistakes of their own: how they fit the others shows once these are corrected."""


def check(folder: Path) -> Found:
    """Collect as many mistakes as can be seen at once."""
    mistakes: list[str] = []
    unread: list[str] = []

    def sheet(file: str, model: type[M]) -> M | None:
        try:
            return load(folder, file, model)
        except BusinessError as error:
            mistakes.extend(str(error).splitlines())
            unread.append(file)
            return None

    whole = Whole(
        folder,
        profile=sheet("business.yaml", Profile),
        reasons=sheet("contact_reasons.yaml", ContactReasons),
        rulebook=sheet("policy.yaml", Rulebook),
        accounts=sheet("accounts.yaml", AccountsSheet),
        desks=sheet("ticketing.yaml", Desks),
        wrap_up=sheet("wrap_up.yaml", WrapUp),
        scenarios=sheet("scenarios.yaml", Scenarios),
    )
    for build in _loaders(folder):
        mistakes += _told_by(build)
    findings = list(inconsistencies(whole))
    mistakes += [finding.text for finding in findings if not finding.warning]
    warnings = tuple(finding.text for finding in findings if finding.warning)
    return Found(folder.name, tuple(dict.fromkeys(mistakes)), warnings, tuple(unread))


def report(found: Found) -> None:
    """Mistakes, then warnings, then how many there are."""
    for mistake in found.mistakes:
        OUT.print(Text(f"mistake  {mistake}", "red"), soft_wrap=True)
    for warning in found.warnings:
        OUT.print(Text(f"warning  {warning}", "yellow"), soft_wrap=True)
    OUT.print(f"{found.business}: {_count(found.mistakes, 'mistake')}, {_count(found.warnings, 'warning')}.")
    if found.unread:
        OUT.print(f"More may show once {' and '.join(found.unread)} can be read.", soft_wrap=True)


def report_json(found: Found) -> None:
    """The same for programs."""
    typer.echo(json.dumps(asdict(found), indent=2))


def _count(told: tuple[str, ...], what: str) -> str:
    return f"{len(told) or 'no'} {what}{'' if len(told) == 1 else 's'}"


def _loaders(folder: Path) -> Iterator[Callable[[], object]]:
    """Each service as it starts, with this one business."""
    # Any engine reads the same files, and this one needs no weights.
    yield lambda: agent.build(AgentSettings(businesses_dir=folder, understanding_engine="lite", demo=True))
    yield lambda: rules_of(folder)
    yield lambda: ticketing.build(TicketingSettings(businesses_dir=folder, webhook_urls=None))
    yield lambda: summary.build(SummarySettings(businesses_dir=folder))
    yield lambda: intake.build(Runtime.embedded(RuntimeSettings()), IntakeSettings(businesses_dir=folder, demo=True))


def _told_by(build: Callable[[], object]) -> list[str]:
    try:
        build()
    except BusinessError as error:
        return str(error).splitlines()
    return []
