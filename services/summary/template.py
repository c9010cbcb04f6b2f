"""Templates that a business can edit: `{name}` is a fact; a part in `[brackets]` goes where a fact in it is empty."""

import re
from collections.abc import Collection, Mapping

_PART = re.compile(r"\[([^\[\]]*)\]")
_NAME = re.compile(r"\{(\w+)\}")


def check(text: str, always: Collection[str], sometimes: Collection[str]) -> str:
    """The text itself; raises ValueError for unknown facts, facts that may be empty outside brackets, and figures."""
    known = sorted({*always, *sometimes})
    unknown = [name for name in _NAME.findall(text) if name not in known]
    if unknown:
        raise ValueError(f"no fact is named {{{unknown[0]}}}; there are {', '.join(known)}")
    rest = _PART.sub("", text)
    bare = [name for name in _NAME.findall(rest) if name in sometimes]
    if bare:
        raise ValueError(f"{{{bare[0]}}} may be empty; put it in a part that can be left out: [... {{{bare[0]}}}]")
    _check_plain(text)
    return text


def _check_plain(text: str) -> None:
    plain = _NAME.sub("", text)
    if re.search(r"[{}]", plain) or re.search(r"[\[\]]", _PART.sub("", text)):
        raise ValueError("a bracket is not closed, or stands inside another one")
    if re.search(r"\d", plain):
        raise ValueError("write no figures here; figures come from the rules and the account, as facts in {brackets}")


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with its facts; a fact is never read as a template itself."""
    kept = _PART.sub(lambda part: part[1] if all(facts[name] for name in _NAME.findall(part[1])) else "", text)
    return _NAME.sub(lambda name: facts[name[1]], kept).strip()
