"""What is wrong in a business file, and what to write instead, for somebody who does not program."""

from typing import Any

import yaml
from pydantic_core import ErrorDetails

PATTERNS = {
    r"^[1-9]\d*[mhd]$": "30m, 4h or 2d",
    r"^[1-9]\d*[mh]$": "8h or 450m",
    r"^(first_response|resolution|[1-9]\d?d)$": "2d, first_response or resolution",
    r"^\d+(\.\d{1,2})?$": "200.00 or 80: an amount, in quotes",
    r"^[A-Z]{3}$": "USD or EUR",
    r"^[A-Z]{2,6}$": "RET: two to six capital letters",
    r"^[a-z][a-z0-9_-]*$": "city-gym: small letters, digits, - and _",
    r"^[a-z][a-z0-9_]*$": "booking_cancel: small letters, digits and _",
    r"^[a-z_]+(\.[a-z0-9_]+)+$": "cancel.in_time: two words or more with a point between them",
    r"^[a-z_]\w*\.\w+$": "customer.bookings, tables.promo_codes or booking.items",
    r"^/[a-z0-9/-]+$": "/bookings/cancel",
    r"^(/[a-z][a-z0-9-]*)+$": "/bookings/cancel",
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$": "help@city-gym.example",
}
"""Patterns of the models of business files, each with what fits it."""

_GROUP = "must be a group: below it, indented, a `name: value` on each line"
_LIST = "must be a list: [one, two], or each on a line of its own that begins with `- `"
_WHOLE, _NUMBER, _SWITCH = "must be a whole number, like 3", "must be a number, like 0.5", "must be true or false"
_KINDS = {
    "dict_type": _GROUP,
    "model_type": _GROUP,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}
_YAML = (
    ("mapping values are not allowed", 'put a text that holds ": " in quotes, like title: "Closed: what now?"'),
    (
        "constructor for the tag",
        "put a text that begins with ! in single quotes, like when: '!has(order.paid)'",
    ),
    (
        "cannot start any token",
        "indent with blanks, not tabs, and put a text that begins with @, % or ` in quotes",
    ),
    ("alias", "put a text that begins with * or & in quotes"),
    ("anchor", "put a text that begins with * or & in quotes"),
    (
        "did not find expected",
        "look here and above for a wrong indent, or a quote that is missing or too many",
    ),
    ("unexpected end of stream", "a quote is opened, and not closed"),
)


def sentence(mistake: ErrorDetails) -> str:
    """What to write in place of a value that does not fit."""
    facts = mistake.get("ctx", {})
    match mistake["type"]:
        case "literal_error":
            return f"must be {str(facts['expected']).replace(chr(39), '')}; it is {_shown(mistake['input'])}"
        case "too_short":
            return f"needs at least {facts['min_length']} of them, and has {facts['actual_length']}"
        case "string_pattern_mismatch" if facts["pattern"] in PATTERNS:
            return f'"{mistake["input"]}" does not fit; write it like {PATTERNS[facts["pattern"]]}'
        case kind if kind in _KINDS:
            return _KINDS[kind].format(**facts)
        case _:
            return mistake["msg"].removeprefix("Value error, ")


def not_yaml(mistake: yaml.YAMLError) -> str:
    """Where a file cannot be read as YAML, and what most often causes it."""
    mark: Any = getattr(mistake, "problem_mark", None) or getattr(mistake, "context_mark", None)
    problem = str(getattr(mistake, "problem", None) or " ".join(str(mistake).split()))
    context = str(getattr(mistake, "context", None) or "")
    advice = next((told for part, told in _YAML if part in f"{context} {problem}"), problem)
    return f"line {mark.line + 1}, column {mark.column + 1}: {advice}" if mark else advice


def _shown(value: Any) -> str:
    """As it stands in the file."""
    if value is None:
        return "empty"
    return str(value).lower() if isinstance(value, bool) else str(value)
