"""A text as a reader sees it: without what has no width, and with every digit and wide letter as the plain one."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.privacy.digits import Place

_WIDE = range(0xFF01, 0xFF5F)
_TO_PLAIN = 0xFEE0
_KEYCAP = "\ufe0f\u20e3"


@dataclass(frozen=True, slots=True)
class Seen:
    """The text, and where each of its characters stands in what was written; None: in the same place."""

    text: str
    places: Sequence[int] | None = None

    def written(self, place: Place) -> Place:
        """The place in what was written."""
        start, end = place
        return place if self.places is None else (self.places[start], self.places[end - 1] + 1)


def seen(written: str) -> Seen:
    """The text as it is seen."""
    if written.isascii():
        return Seen(written)
    shown = [(place, plain) for place, character in enumerate(written) if (plain := _plain(character))]
    return Seen("".join(plain for _, plain in shown), [place for place, _ in shown])


def _plain(character: str) -> str:
    """The plain character; empty where there is nothing to see."""
    if character.isascii():
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if ord(character) in _WIDE:
        return chr(ord(character) - _TO_PLAIN)
    return "" if character in _KEYCAP or unicodedata.category(character) == "Cf" else character
