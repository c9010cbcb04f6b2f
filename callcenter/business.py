"""A business is a folder of YAML: finding the folders, and reading files with errors that name the line."""

from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from callcenter.errors import BusinessError

M = TypeVar("M", bound=BaseModel)


class Sheet(BaseModel):
    """A part of a business file: immutable, and strict, so that a misspelt key is told and not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Voice(Sheet):
    """How the agent introduces itself."""

    agent_name: str
    greeting: str
    farewell: str


class Holidays(Sheet):
    """Public holidays by country and subdivision (ISO 3166), and days of our own."""

    country: str | None = None
    subdivision: str | None = None
    extra: tuple[str, ...] = ()


class Profile(Sheet):
    """`business.yaml`: who the business is and when it is open.

    `opening_hours` maps mon..sun to `HH:MM-HH:MM`; a day left out is closed.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    title: str
    version: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    time_zone: str
    languages: tuple[str, ...] = ("en",)
    opening_hours: dict[str, str]
    holidays: Holidays = Holidays()
    voice: Voice

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError):
            raise ValueError(f"{zone!r} is not a time zone; write one like Europe/Berlin or America/New_York") from None
        return zone


def folders(root: Path) -> dict[str, Path]:
    """The business folders under `root` by name; raises BusinessError if there is none."""
    found = {path.parent.name: path.parent for path in sorted(root.glob("*/business.yaml"))}
    if not found:
        raise BusinessError(f"No business found in {root}. Each business is a folder there with a business.yaml.")
    return found


def load(folder: Path, file: str, model: type[M]) -> M:
    """Read `folder/file` into `model`; raises BusinessError naming file, line, mistake and what is allowed."""
    path = folder / file
    shown = f"{folder.name}/{file}"
    try:
        text = path.read_text(encoding="utf-8")
        return model.model_validate(yaml.safe_load(text))
    except FileNotFoundError:
        raise BusinessError(f"{shown} is missing.") from None
    except yaml.YAMLError as mistake:
        raise BusinessError(f"{shown} is not valid YAML: {' '.join(str(mistake).split())}") from None
    except ValidationError as mistakes:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        raise BusinessError(
            "\n".join(
                f"{shown}, line {_line(root, m['loc'])}: {_place(m['loc'])}{m['msg'].removeprefix('Value error, ')}"
                for m in mistakes.errors()
            )
        ) from None


def _place(loc: tuple[int | str, ...]) -> str:
    return " > ".join(f"no. {part + 1}" if isinstance(part, int) else part for part in loc) + ": " if loc else ""


def _line(node: Any, loc: tuple[int | str, ...]) -> int:
    """The line, counted from 1, of the innermost part of `loc` that is in the file."""
    for part in loc:
        child = _child(node, part)
        if child is None:
            break
        node = child
    return int(node.start_mark.line) + 1 if node is not None else 1


def _child(node: Any, part: int | str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None
