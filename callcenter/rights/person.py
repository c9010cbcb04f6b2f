"""A customer as far as their data has to be found: the id, what leads to them alone, and which contacts are theirs."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from callcenter.privacy import Kind, Span, find

Key = tuple[str, str]
"""A fact and its value in normal form, such as `email` and `dana.lopez@example.com`."""

_KINDS: tuple[Kind, ...] = ("email", "phone")
"""What leads to a customer, and is recognised in free text by its form."""


_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Person:
    """A customer of one business. `keys` lead to nobody else; `normal` makes a key's value of what somebody wrote.

    Without a `customer_id` it is somebody whom the account source does not know.
    """

    business: str
    customer_id: str | None
    keys: frozenset[Key]
    normal: Callable[[str, str], str]
    account: Mapping[str, Any] = field(default_factory=dict)

    def owns(self, event: Mapping[str, Any]) -> bool:
        """Whether a contact, as the JSON of its newest event, is theirs: by its customer id, or by what was said in it.

        What another customer said of them is that one's.
        """
        if event["request"]["business"] != self.business:
            return False
        whose = event["contact"].get("customer_id")
        return self._is(whose) if whose else self.named_in(event)

    def under(self, secret: bytes) -> str:
        """A name for them that says nothing to whoever does not have the secret: the audit log is kept for ever."""
        whose = self.customer_id or repr(sorted(self.keys))
        return "customer " + blake2b(f"{self.business}\0{whose}".encode(), key=secret, digest_size=8).hexdigest()

    def named_in(self, event: Mapping[str, Any]) -> bool:
        """Whether something was stated in a contact that leads to them."""
        stated = {(one["name"], self.normal(one["name"], one["value"])) for one in _entities(event)}
        return bool(stated & self.keys) or any(self._in_words(text) for text in _texts(event))

    def _is(self, whose: str) -> bool:
        mine = self.customer_id
        return mine is not None and self.normal("customer_id", whose) == self.normal("customer_id", mine)

    def hidden_in(self, text: str) -> str:
        """The text with a dot for each character that leads to them."""
        if not _LETTER.search(text) and self._is_meant(text):  # a number in its normal form
            return _dots(text)
        for span in self._spans(text):
            text = text[: span.start] + _dots(text[span.start : span.end]) + text[span.end :]
        return text

    def _in_words(self, text: str) -> bool:
        return bool(self._spans(text))

    def _spans(self, text: str) -> list[Span]:
        return [span for span in find(text, kinds=_KINDS) if self._is_meant(text[span.start : span.end])]

    def _is_meant(self, written: str) -> bool:
        return any((fact, self.normal(fact, written)) in self.keys for fact in _KINDS)


def _dots(text: str) -> str:
    return re.sub(r"\S", "•", text)


def _entities(event: Any) -> Iterator[Mapping[str, Any]]:
    """Every fact that a customer stated, wherever it lies in the dossier."""
    if isinstance(event, dict):
        if "extractor" in event and "value" in event:
            yield event
        for part in event.values():
            yield from _entities(part)
    elif isinstance(event, list):
        for part in event:
            yield from _entities(part)


def _texts(event: Mapping[str, Any]) -> Iterator[str]:
    """What was said."""
    yield event["request"]["text"]
    yield from (turn["text"] for turn in event.get("transcript") or () if turn["speaker"] == "customer")
