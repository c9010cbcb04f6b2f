"""A business is a folder of YAML: finding the folders, and reading files with errors that name the line."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, get_args
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from callcenter.errors import BusinessError
from callcenter.lengths import Length
from callcenter.mistakes import not_yaml, sentence

M = TypeVar("M", bound=BaseModel)
Place = tuple[int | str, ...]
"""Where in a file: keys, and numbers of list entries, from the outside in."""

SHOWN = 12
"""Names that are listed where none is close to a misspelt one."""

_TRIED = re.compile(r"(literal|dict|tuple|union)\[")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Sheet(BaseModel):
    """A part of a business file: immutable, and strict, so that a misspelt key is told and not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Misplaced(ValueError):
    """Raised by a validator of a whole sheet: the mistake, and in which part of it."""

    def __init__(self, place: "Place", what: str) -> None:
        super().__init__(what)
        self.place = place


class Voice(Sheet):
    """How the agent introduces itself; `topics` are what customers come for, to help somebody who is not understood."""

    agent_name: str
    greeting: str
    farewell: str
    topics: tuple[str, ...] = ()


class Holidays(Sheet):
    """Public holidays by country and subdivision (ISO 3166), and days of our own."""

    country: str | None = None
    subdivision: str | None = None
    extra: tuple[str, ...] = ()


class Retention(Sheet):
    """How long what a contact leaves is kept after it has ended; what is left out, as long as RETENTION_HOURS says.

    `records`: all of the contact; `transcripts`: what was said in it; `tickets`: each, after it was closed.
    """

    records: Length | None = None
    transcripts: Length | None = None
    tickets: Length | None = None

    @model_validator(mode="after")
    def _words_go_first(self) -> Self:
        if self.records and self.transcripts and self.transcripts > self.records:
            raise Misplaced(("transcripts",), "goes with the record at the latest; write no more than at `records`")
        return self


MailAddress = Annotated[str, Field(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$")]
"""An address as mail servers take it everywhere: no quotes, no comments, ASCII."""


class Mail(Sheet):
    """The address that customers write to and are answered from, and `also` others that they write to.

    `signature` stands below what the assistant writes; people sign with their names.
    """

    address: MailAddress
    also: tuple[MailAddress, ...] = ()
    signature: str = ""


class Profile(Sheet):
    """`business.yaml`: who the business is and when it is open.

    `opening_hours` maps mon..sun to `HH:MM-HH:MM`; a day left out is closed. `domains` are our own, whose e-mail
    addresses are no customer's. `help_lines` are what somebody in danger is told to call, where it is not what is
    usual in the country of `holidays`. `mail` is how it is reached by mail, `retention` how long what stays.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    title: str
    version: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    time_zone: str
    languages: tuple[str, ...] = ("en",)
    opening_hours: dict[str, str]
    holidays: Holidays = Holidays()
    domains: tuple[str, ...] = ()
    mail: Mail | None = None
    help_lines: dict[Literal["emergency", "crisis"], str] = {}
    retention: Retention = Retention()
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
    """The business folders under `root` by name, or `root` itself if it is one; raises BusinessError without any."""
    if (root / "business.yaml").is_file():
        return {root.resolve().name: root.resolve()}
    found = {path.parent.name: path.parent for path in sorted(root.glob("*/business.yaml"))}
    if not found:
        raise BusinessError(f"No business found in {root}. Each business is a folder there with a business.yaml.")
    return found


def load(folder: Path, file: str, model: type[M]) -> M:
    """Read `folder/file` into `model`; raises BusinessError naming file, line, mistake and what is allowed.

    Validators that have to name the file find it in their context as `file`.
    """
    node, shown = _read(folder, file), f"{folder.name}/{file}"
    try:
        return model.model_validate(_LOADER("").construct_document(node) if node else None, context={"file": shown})
    except yaml.YAMLError as mistake:
        raise BusinessError(f"{shown} is not valid YAML: {not_yaml(mistake)}") from None
    except ValidationError as mistakes:
        told = (f"{shown}, line {_line(node, _loc(m))}: {_place(_loc(m))}{_words(m, model)}" for m in mistakes.errors())
        raise BusinessError("\n".join(dict.fromkeys(told))) from None


class Lines:
    """Where things stand in one file that was read before, to tell of mistakes that only show in the whole."""

    def __init__(self, folder: Path, file: str) -> None:
        self._node, self._shown = _read(folder, file), f"{folder.name}/{file}"

    def number(self, place: Place) -> int:
        """The line, counted from 1."""
        return _line(self._node, place)

    def tell(self, place: Place, what: str) -> str:
        """A mistake as a sentence that names file and line."""
        return f"{self._shown}, line {self.number(place)}: {what}"


def alternatives(wrong: str, known: Iterable[str], shown: int = SHOWN) -> str:
    """What a misspelt name could be: the closest one, or what there is where none is close, no more than `shown`."""
    names = sorted(known)
    close = get_close_matches(wrong, names, 1)
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(names[:shown])}{more}"


def _read(folder: Path, file: str) -> Any:
    """The file as YAML nodes, which know their lines; None if it is empty. A key given twice is a mistake."""
    shown = f"{folder.name}/{file}"
    try:
        node = yaml.compose((folder / file).read_text(encoding="utf-8"), Loader=_LOADER)
    except FileNotFoundError:
        raise BusinessError(f"{shown} is missing.") from None
    except UnicodeDecodeError:
        raise BusinessError(f"{shown} is not text in UTF-8; save it as UTF-8.") from None
    except yaml.YAMLError as mistake:
        raise BusinessError(f"{shown} is not valid YAML: {not_yaml(mistake)}") from None
    if twice := [
        f"{shown}, line {line}: {key} is there twice, and only the last one would count" for line, key in _twice(node)
    ]:
        raise BusinessError("\n".join(twice))
    return node


def _twice(node: Any) -> Iterator[tuple[int, str]]:
    """Keys that are given more than once in one place, which YAML itself passes over."""
    if isinstance(node, yaml.MappingNode):
        count = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        yield from ((key.start_mark.line + 1, key.value) for key, _ in node.value if count.get(key.value, 0) > 1)
    if isinstance(node, yaml.CollectionNode):
        for child in node.value:
            yield from _twice(child[1] if isinstance(child, tuple) else child)


def _loc(mistake: ErrorDetails) -> Place:
    """Where in the file; of a value that may be this or that, pydantic also says which it tried: `tuple[str, ...]`."""
    error = mistake.get("ctx", {}).get("error")
    steps = tuple(step for step in mistake["loc"] if not (isinstance(step, str) and _TRIED.match(step)))
    return (*steps, *error.place) if isinstance(error, Misplaced) else steps


def _place(loc: Place) -> str:
    return " > ".join(f"no. {part + 1}" if isinstance(part, int) else part for part in loc) + ": " if loc else ""


def _words(mistake: ErrorDetails, model: type[BaseModel]) -> str:
    """What is wrong and what is allowed, for somebody who does not program."""
    match mistake["type"]:
        case "extra_forbidden":
            return (
                f"there is no such key here; {alternatives(str(mistake['loc'][-1]), _keys(model, mistake['loc'][:-1]))}"
            )
        case "missing":
            return "is missing; write it, with its value"
        case "string_type":
            return f'must be text; write it in quotes, like "{mistake["input"]}"'
        case _:
            return sentence(mistake)


def _keys(annotation: Any, loc: Place) -> set[str]:
    """The keys that a part of a model may have; the steps of `loc` that no annotation explains are passed over."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(loc[0])) if loc else None
        return _keys(field.annotation, loc[1:]) if field else set(annotation.model_fields)
    inner = [keys for part in get_args(annotation) if (keys := _keys(part, loc[1:] if loc else ()))]
    return inner[0] if inner else set()


def _line(node: Any, loc: Place) -> int:
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
