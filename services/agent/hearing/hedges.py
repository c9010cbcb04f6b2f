"""Words around an answer that say how sure somebody is of it, or how it came to their mind, and are no part of it."""

import re
from collections.abc import Collection

from services.agent.hearing.cues import joined

_SIGN = r"[,.:;!\u2026\u2010-\u2015-]"
_LONGEST = 400
"""Characters: a name of a thing is said in fewer."""


class Hedges:
    """Takes off those of some languages; one that is a single word only before a sign, as it may be the answer."""

    def __init__(self, hedges: Collection[str]) -> None:
        several = joined([one for one in hedges if " " in one]) or "(?!)"
        single = joined([one for one in hedges if " " not in one]) or "(?!)"
        lead = rf"(?>{several})\b(?:\s*{_SIGN}+\s*|\s+)|(?>{single})\b\s*{_SIGN}+\s*"
        self._before = re.compile(rf"[^\w]*(?:{lead})+", re.IGNORECASE)
        self._behind = re.compile(rf"\W+(?:{several})\W*$", re.IGNORECASE)

    def blanked(self, text: str) -> str:
        """The text with blanks in place of them, as it is where nothing else would be left."""
        said = text.replace("\u2019", "'")
        if len(said) > _LONGEST:
            return text
        before = self._before.match(said)
        start, end = before.end() if before else 0, len(said)
        while behind := self._behind.search(said, start, end):
            end = behind.start()
        kept = text[start:end]
        return " " * start + kept + " " * (len(text) - end) if re.search(r"\w{2}", kept) else text
