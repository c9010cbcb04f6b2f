"""What the agent has just asked: as its record says it, else by its words, as anybody reads them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_BY_WORDS = (
    ("anything_else", r"\b(anything|something) else\b.*\?"),
    ("confirm", r"\b(go ahead|is that (right|correct)|shall i do that)\b.*\?"),
    ("offer", r"\bquestion in general\b.*\?|\bonly want to know\b.*\?"),
    ("offer_person", r"\bcolleague\b[^.]*\?"),
    ("amend", r"\bwhat (should i change|is different)\?"),
)


@dataclass(frozen=True)
class Asked:
    """What the agent did last. `things` are those it lets one choose among; `deeds` are the actions it read back."""

    kind: str
    slot: str | None = None
    words: str = ""
    things: tuple[str, ...] = ()
    deeds: tuple[str, ...] = ()


def asked(record: Json, titles: Mapping[str, str]) -> Asked:
    """What is to be answered now."""
    words = last_words(record)
    dialogue = record.get("dialogue") or {}
    acts = dialogue.get("acts") or []
    if not acts:
        return _by_words(words, titles)
    proposals = (dialogue.get("standing") or {}).get("proposals") or ()
    deeds = tuple(one["action"]["name"] for one in proposals if one.get("action"))
    slot = acts[-1].get("slot")
    kind = acts[-1]["kind"] if slot else _open_question([act["kind"] for act in acts])
    return Asked(kind, slot, words, tuple(acts[-1].get("things") or ()), deeds)


def _open_question(kinds: Sequence[str]) -> str:
    """What is still to be answered after a pause, or once it was said again."""
    return next((kind for kind in reversed(kinds) if kind not in ("wait", "repeat")), kinds[-1])


def within(value: str, words: str) -> bool:
    """Whether a value is written somewhere, however it is spaced."""
    return _plain(value) in _plain(words)


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def last_words(record: Json) -> str:
    """What the agent wrote last."""
    said = [turn["text"] for turn in record.get("transcript") or () if turn["speaker"] == "agent"]
    return said[-1] if said else ""


def _by_words(words: str, titles: Mapping[str, str]) -> Asked:
    for kind, pattern in _BY_WORDS:
        if re.search(pattern, words, re.IGNORECASE):
            return Asked(kind, words=words)
    named = [slot for slot, title in titles.items() if title.casefold() in words.casefold()]
    longest = max(named, key=lambda slot: len(titles[slot]), default=None)
    return Asked("ask" if longest else "clarify", longest, words)
