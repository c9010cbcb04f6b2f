"""What we tell the customer, and what we tell ourselves: sentences with `{placeholders}` filled from facts."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from services.policy.expressions import LacksFact
from services.policy.facts import from_record, value_at

Say = Callable[[Any], str]

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders(text: str) -> tuple[str, ...]:
    """The names of the facts that a sentence speaks of."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def action_in_words(name: str, words: Mapping[str, str], facts: Mapping[str, Any], say: Say) -> str:
    """What an action does, as in `refund $129.00 for order 48213`; its plain name where the business has no words."""
    amount = facts.get("amount")
    plain = name.replace("_", " ") + (f" ({say(amount)})" if amount is not None else "")
    try:
        return filled(words.get(name, plain), facts, say)
    except LacksFact:
        return plain


def spoken(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What a record keeps of an action, as facts to be said: an amount is money again."""
    return {name: from_record(value) for name, value in parameters.items()}


def filled(text: str, facts: Mapping[str, Any], say: Say) -> str:
    """The sentence with its facts said; raises LacksFact rather than leave a gap."""

    def said(placeholder: re.Match[str]) -> str:
        fact = value_at(facts, placeholder[1])
        if fact is None:
            raise LacksFact(f"{placeholder[1]} is not known", placeholder[1])
        return say(fact)

    return _PLACEHOLDER.sub(said, text)
