"""What stands right before a value and tells what it is, besides words: values of its kind, an email address."""

import re

from services.agent.facts.dates import WRITTEN_DAY

_LISTED = re.compile(
    r"(?:(?<![\w-])(?=[\w-]{0,40}\d)[\w-]{1,40}+\s{0,3}(?:,|&|\+|/|,?\s(?:and|or|plus)\b)\s{0,3}){1,6}"
    r"(?:(?:the|one)\s{1,3}){0,2}$",
    re.I,
)

_PARTED = r"[\s,;|/.]{1,9}"
_ADDRESS = rf"@[\w.-]{{1,40}}\.[a-z]{{2,9}}{_PARTED}"
_EMAIL = re.compile(rf"{_ADDRESS}$", re.I | re.A)
_BIRTH = rf"(?:(?:and|born|dob)\W{{1,3}}){{0,2}}{WRITTEN_DAY}{_PARTED}"
_PROOFS = re.compile(rf"(?:{_ADDRESS}{_BIRTH}|{_BIRTH}[\w.+-]{{1,40}}{_ADDRESS})$", re.I | re.A)
_BETWEEN = re.compile(r"(?<!\S)\d{4,}[ \t]{1,3}[\w.+-]{1,40}$")
"""The address stands between two numbers, and nothing else parts them."""
_LONGEST = 90


def listed(before: str) -> int | None:
    """Where the values begin that stand right before one, which are of the same kind if it fits."""
    found = _LISTED.search(before)
    return found.start() if found else None


def follows_email(before: str) -> bool:
    """Whether an email address stands right before it, where people go on with their postcode, if none came before."""
    found = _EMAIL.search(before[-_LONGEST:])
    return found is not None and not _BETWEEN.search(before[-_LONGEST:][: found.start()])


def follows_proofs(before: str) -> bool:
    """Whether both an email address and a day stand right before it, as who lists what proves them writes."""
    return _PROOFS.search(before[-_LONGEST:]) is not None
