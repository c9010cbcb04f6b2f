"""Texts that are hard to read, and everything in the house that reads what customers write."""

import importlib
import inspect
import itertools
import pkgutil
import random
import re
import string
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any

import yaml

import callcenter
import services
from callcenter.messaging import Worker
from services import agent, policy, summary, ticketing
from services.agent.settings import AgentSettings

UNITS: list[str] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())

TAILS = ("", " at x!é@")
"""How such a text ends: a pattern that has fitted all along gives up here, and looks for another way."""

_SHUFFLED = ((string.ascii_lowercase, 4), (string.ascii_lowercase, 9), ("0123456789", 3), ("a1 .,@-'$\n", 1))


def repeated(unit: str, tail: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[: length - len(tail)] + tail


def hostile(length: int, tails: Sequence[str] = TAILS) -> Iterator[str]:
    """Each unit with each tail, and words, digits and signs without any order."""
    yield from (repeated(unit, tail, length) for unit, tail in itertools.product(UNITS, tails))
    dice = random.Random(7)
    for letters, size in _SHUFFLED:
        words = ("".join(dice.choices(letters, k=size)) for _ in range(length))
        yield (" " if size > 1 else "").join(words)[:length]


# --- what reads them --------------------------------------------------------------------------------------------------

_OPERATORS = ("cli", "weights", "migrations", "__main__")
"""Rooms that no text of a customer comes into."""

_READING = ("services.agent", "services.summary", "callcenter.privacy", "callcenter.language_model")
_TEXTS = {"text", "clause", "texts"}
_GIVEN: dict[str, Any] = {"region": "US", "today": date(2026, 11, 30), "_": date(2026, 11, 30)}


@cache
def modules() -> list[ModuleType]:
    return [
        importlib.import_module(found.name)
        for package in (services, callcenter)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not set(_OPERATORS) & set(found.name.split("."))
    ]


@cache
def workers() -> dict[str, Worker]:
    return {
        "agent": agent.build(AgentSettings(demo=True)),
        "policy": policy.build(),
        "ticketing": ticketing.build(),
        "summary": summary.build(),
    }


@cache
def things() -> dict[int, tuple[str, Any]]:
    """Everything that the modules and the built workers are made of, each with where it was found first."""
    found: dict[int, tuple[str, Any]] = {}
    for module in modules():
        for name, value in vars(module).items():
            if not name.startswith("__") and not inspect.ismodule(value):
                _walk(value, f"{module.__name__}.{name}", found)
    for name, worker in workers().items():
        _walk(worker, name, found)
    return found


def _walk(value: Any, label: str, found: dict[int, tuple[str, Any]]) -> None:
    if id(value) in found:
        return
    if isinstance(value, re.Pattern) or _parts(value):
        found[id(value)] = label, value
    for name, part in _parts(value):
        _walk(part, f"{label}.{name}", found)


def _parts(value: Any) -> Sequence[tuple[str, Any]]:
    match value:
        case dict():
            return [(str(name), part) for name, part in value.items()]
        case list() | tuple() | set() | frozenset():
            return [(str(place), part) for place, part in enumerate(value)]
        case MethodType():
            return [("self", value.__self__)]
        case FunctionType():
            return [*inspect.getclosurevars(value).nonlocals.items()]
        case _ if _ours(type(value)):
            return [(name, getattr(value, name)) for name in (*getattr(value, "__dict__", ()), *_slots(value))]
    return ()


def _slots(value: Any) -> Iterator[str]:
    return (name for name in getattr(value, "__slots__", ()) if hasattr(value, name))


def _ours(kind: type) -> bool:
    return kind.__module__.split(".")[0] in ("services", "callcenter")


def patterns() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Each pattern of the house and of the businesses, and how it is used."""
    for label, pattern in things().values():
        if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
            use = _at_its_start if _begins_at_a_place(label) else _anywhere
            yield label, partial(_near_a_value if label.endswith(NEAR) else use, pattern)


NEAR = ("own_cue", "kind_cue", "_announcement", "_negation")
"""What is only looked for in the forty characters before a value."""


def _begins_at_a_place(label: str) -> bool:
    module, _, name = label.rpartition(".")
    source = inspect.getsource(sys.modules[module]) if module in sys.modules else ""
    used = set(re.findall(rf"(?<!\w){name}\.(\w+)", source))
    return bool(used) and used <= {"match", "fullmatch"}


def _near_a_value(pattern: re.Pattern[str], text: str) -> object:
    return pattern.search(text[-40:])


def _anywhere(pattern: re.Pattern[str], text: str) -> object:
    return sum(1 for _ in pattern.finditer(text))


def _at_its_start(pattern: re.Pattern[str], text: str) -> object:
    return pattern.match(text), pattern.fullmatch(text)


def readers() -> Iterator[tuple[str, Callable[..., Any], list[str]]]:
    """Each public function and method there that takes a text first, and what else it needs that we cannot give."""
    owners = {type(value): value for _, value in reversed(things().values())}
    for module in modules():
        for name, value in vars(module).items():
            if value.__class__ is FunctionType and _is_public(name, value, module):
                yield from _reader(f"{module.__name__}.{name}", value)
            elif isinstance(value, type) and value in owners and _is_public(name, value, module):
                for method, _ in inspect.getmembers(value, inspect.isfunction):
                    if not method.startswith("_"):
                        yield from _reader(f"{module.__name__}.{name}.{method}", getattr(owners[value], method))


def _is_public(name: str, value: Any, module: ModuleType) -> bool:
    return module.__name__.startswith(_READING) and not name.startswith("_") and value.__module__ == module.__name__


def _reader(label: str, function: Callable[..., Any]) -> Iterator[tuple[str, Callable[..., Any], list[str]]]:
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].name not in _TEXTS:
        return
    needed = [one.name for one in parameters[1:] if one.default is one.empty]
    given = [_GIVEN[name] for name in needed if name in _GIVEN]
    many = parameters[0].name == "texts"
    yield label, lambda text: function([text] if many else text, *given), [one for one in needed if one not in _GIVEN]
