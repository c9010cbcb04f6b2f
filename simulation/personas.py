"""How somebody talks: the personas, read from `personas.yaml`."""

from functools import cache
from pathlib import Path
from typing import Literal, get_args

from callcenter.business import Sheet, load

HERE = Path(__file__).resolve().parent
Name = Literal[
    "plain",
    "terse",
    "chatty",
    "mail_writer",
    "undecided",
    "refusing",
    "negating",
    "counter_asking",
    "forgetful",
    "correcting",
    "impostor",
    "in_danger",
    "abusive",
    "in_pieces",
    "mistyping",
]
NAMES: tuple[Name, ...] = get_args(Name)

CHANGING: frozenset[Name] = frozenset(
    {"refusing", "negating", "forgetful", "correcting", "impostor", "in_danger", "abusive"}
)
"""For these it may be right that something else comes out than for somebody who talks plainly."""

Phrases = tuple[str, ...]


class Manner(Sheet):
    """The phrases of a persona by what they are for; what is left out is said like `plain`."""

    opens: Phrases = ()
    answers: Phrases = ()
    lacks: Phrases = ()
    agrees: Phrases = ()
    presses: Phrases = ()
    wonders: Phrases = ()
    restates: Phrases = ()
    person: Phrases = ()
    undoes: Phrases = ()
    leaves: Phrases = ()
    next: Phrases = ()
    doubts: Phrases = ()
    refuses: Phrases = ()
    corrects: Phrases = ()
    asides: Phrases = ()
    alarms: Phrases = ()
    negates: Phrases = ()
    pieces: Phrases = ()


class Manners(Sheet):
    """The whole file."""

    personas: dict[Name, Manner]


@cache
def manners() -> dict[Name, Manner]:
    """Every persona, complete."""
    read = load(HERE, "personas.yaml", Manners).personas
    plain = read["plain"].model_dump()
    return {name: Manner(**plain | own.model_dump(exclude_unset=True)) for name, own in read.items()}
