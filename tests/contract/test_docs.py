"""What the documents say is there: links, commands, settings, metrics, moments, reasons, and the code they show."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from callcenter import telemetry
from callcenter.errors import CallCenterError
from callcenter.settings import Settings
from services.agent.settings import AgentSettings
from services.cli.settings import CliSettings
from services.intake.settings import IntakeSettings
from services.intake.views import Record
from services.policy.settings import PolicySettings
from services.summary.settings import SummarySettings
from services.ticketing.settings import TicketingSettings

ROOT = Path(__file__).resolve().parents[2]
DOCS = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / ".github" / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
SERVICES = (AgentSettings, IntakeSettings, PolicySettings, SummarySettings, TicketingSettings, CliSettings)
"""Imported, so that they are among the subclasses of Settings."""

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
MAX_PICTURE = 400_000

each_doc = pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.relative_to(ROOT).as_posix())


def without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def links(doc: Path) -> Iterator[tuple[Path, str]]:
    """Files of ours that a document points to, each with the heading in it (or nothing)."""
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(doc.read_text())):
        if not re.match(r"[a-z]+:", target):
            path, _, heading = target.partition("#")
            yield (doc.parent / path).resolve() if path else doc, heading


def headings(doc: Path) -> set[str]:
    """The names by which headings can be pointed to."""
    found = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", doc.read_text(), flags=re.DOTALL), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


@each_doc
def test_links_point_to_what_is_there(doc: Path) -> None:
    broken = [str(path) for path, _ in links(doc) if not path.exists()]
    assert broken == []
    lost = [f"{path.name}#{heading}" for path, heading in links(doc) if heading and heading not in headings(path)]
    assert lost == []


@each_doc
def test_commands_exist(doc: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = re.findall(r"(?:`|^)make(?: [A-Z]+=\S+)* ([a-z0-9]+)", doc.read_text(), flags=re.MULTILINE)
    assert set(named) - targets == set()


@each_doc
def test_modules_that_are_run_exist(doc: Path) -> None:
    named = set(re.findall(r"python -m ([a-z_.]+[a-z])", doc.read_text()))
    missing = {
        name
        for name in named - {"tests.brokers", "pytest", "aiosmtpd"}
        if not any((ROOT / f"{name.replace('.', '/')}{end}").is_file() for end in (".py", "/__main__.py"))
    }
    assert missing == set()


@each_doc
def test_data_that_is_shown_can_be_read(doc: Path) -> None:
    for block in blocks(doc.read_text(), "yaml"):
        yaml.safe_load(block)
    for block in blocks(doc.read_text(), "json"):
        json.loads(block)


# --- settings ---------------------------------------------------------------------------------------------------------


def settings() -> dict[str, Any]:
    """Every setting of every service by the name of its variable, with its default."""

    def of(kind: type[Settings]) -> Iterator[tuple[str, Any]]:
        yield from ((name.upper(), field.default) for name, field in kind.model_fields.items())
        for child in kind.__subclasses__():
            yield from of(child)

    assert all(issubclass(kind, Settings) for kind in SERVICES)
    return dict(of(Settings))


def rows(header: str) -> dict[str, str]:
    """The rows of the runbook's table with this header: first cell to the whole row."""
    table = RUNBOOK.partition(f"| {header} |")[2].partition("\n\n")[0]
    return {row.split("|")[1].strip(): row for row in table.splitlines()[2:]}


def names(header: str) -> set[str]:
    return {name for cell in rows(header) for name in re.findall(r"`([^`]+)`", cell)}


def test_the_runbook_names_every_setting_and_no_other() -> None:
    assert names("Variable") == set(settings())


@pytest.mark.parametrize(("name", "default"), settings().items(), ids=settings())
def test_the_runbook_tells_the_default(name: str, default: Any) -> None:
    if isinstance(default, Path):  # it depends on where the checkout lies
        return
    told = "none" if default is None else default if isinstance(default, str) else json.dumps(default)
    assert f"| `{told}` |" in rows("Variable")[f"`{name}`"]


def test_the_runbook_names_every_variable_of_compose_and_no_other() -> None:
    files = "".join(path.read_text() for path in ROOT.glob("docker-compose*.yml"))
    used = re.findall(r"(?<!\$)\$\{([A-Z_]+)", files)
    assert names("Compose variable") == set(used) - {"NAME"}  # the comment on top explains them by ${NAME}


# --- what is watched --------------------------------------------------------------------------------------------------


def test_the_runbook_names_every_metric_and_no_other() -> None:
    made = {
        f"{family.name}_total" if family.type == "counter" else family.name for family in telemetry.REGISTRY.collect()
    }
    assert names("Metric") == made


def test_the_runbook_explains_every_moment_that_is_a_warning_or_worse() -> None:
    loud = {moment for moment, level in telemetry.MOMENTS.items() if level >= logging.WARNING}
    assert names("Moment") == loud


def test_every_reason_of_a_dead_letter_that_the_runbook_names_is_given_somewhere() -> None:
    code = "\n".join(
        path.read_text() for folder in ("callcenter", "services") for path in (ROOT / folder).rglob("*.py")
    )
    by_the_broker = {"delivery_limit"}
    assert {reason for reason in names("Reason") - by_the_broker if f'"{reason}"' not in code} == set()


def test_the_runbook_explains_every_reason_that_the_errors_give() -> None:
    def reasons(kind: type[CallCenterError]) -> Iterator[str]:
        yield kind.reason
        for child in kind.__subclasses__():
            yield from reasons(child)

    not_in_dead_letters = {"error", "transient", "unavailable", "unroutable", "settings", "business"}
    assert set(reasons(CallCenterError)) - not_in_dead_letters <= names("Reason")


# --- the README -------------------------------------------------------------------------------------------------------


def test_the_worker_that_is_shown_is_the_worker() -> None:
    (shown,) = blocks((ROOT / "README.md").read_text(), "python")
    assert shown.strip() == (ROOT / "services" / "summary" / "worker.py").read_text().strip()


def test_the_map_of_the_house_is_true() -> None:
    (shown,) = [block for block in blocks((ROOT / "README.md").read_text(), "text") if "businesses/ " in block]
    folder, missing = ROOT, []
    for line in shown.splitlines():
        name = line.split()[0]
        parent = folder if line.startswith("  ") else ROOT
        if not (parent / name).exists():
            missing.append(name)
        if not line.startswith("  ") and name.endswith("/"):
            folder = ROOT / name
    assert missing == []


def test_the_picture_is_small_enough_to_load() -> None:
    pictures = list((ROOT / "docs" / "images").glob("*"))
    assert pictures
    assert {picture.name for picture in pictures if picture.stat().st_size > MAX_PICTURE} == set()


def test_the_parts_of_the_record_are_explained() -> None:

    guide = (ROOT / "docs" / "user-guide.md").read_text()
    assert {name for name in Record.model_fields if f"| `{name}" not in guide} == set()
