"""Signs that were dictated as words, `comma` and `period`, put in their place; each letter stays where it was."""

import re
from collections.abc import Mapping, Sequence

from services.agent.hearing.cues import joined

_SIGN = re.compile(r"[.,;:!?](?=\s|$)")
_LAST = re.compile(r"\W*$")

_DICTATES = 2
"""Signs in words that a text has which was dictated; one is enough at its end."""


class Dictated:
    """Reads them in one language: `signs` with the words for each, `nouns` with words before which they are none."""

    def __init__(self, signs: Mapping[str, Sequence[str]], nouns: Sequence[str]) -> None:
        self._signs = {re.compile(joined(words), re.IGNORECASE): sign for sign, words in signs.items()}
        words = joined([word for said in signs.values() for word in said] or ("(?!)",))
        noun = rf"(?P<noun>\b(?:{joined(nouns or ('(?!)',))})[\s-]+)?"
        self._said = re.compile(rf"{noun}(?<![\w-])(?P<sign>{words})(?![\w-])", re.IGNORECASE)

    def signed(self, text: str) -> str:
        """The text with each sign in place of its word, where it has no signs of its own."""
        said = [] if _SIGN.search(text) else [one for one in self._said.finditer(text) if not one["noun"]]
        if not said or (len(said) < _DICTATES and not _LAST.match(text, said[-1].end())):
            return text
        for one in said:
            sign = next(sign for words, sign in self._signs.items() if words.fullmatch(one["sign"]))
            start, end = one.span("sign")
            text = text[:start] + sign.ljust(end - start) + text[end:]
        return text
