"""The mood and the hurry of a customer, read from the cues that count in a contact center: a frustration signal."""

import re

from callcenter.events import Level
from services.agent.hearing.cues import Cues, any_of

_PROFANE = -0.5
_REVERSED = -0.7
_SIGNS = (
    (re.compile(r"!{2,}|[?!]{3,}"), -0.2),
    (re.compile(r"[😡🤬😠👎💢😤]"), -0.45),
    (re.compile(r"[😭😩😢😞🙄☹😒]"), -0.25),
    (re.compile(r"[😀😊🙂😍❤👍🙏🎉]"), 0.3),
)
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_LETTERS_TO_SHOUT = 12


class Feelings:
    """Reads mood and hurry by the cues of a language."""

    def __init__(self, cues: Cues) -> None:
        self._profane, self._calm, self._reversed = map(any_of, (cues.profane, cues.calm, cues.reversed))
        self._earlier = any_of(cues.earlier)
        self._hurry, self._no_hurry = any_of(cues.hurry), any_of(cues.no_hurry)
        self._in_capitals = any_of(cues.in_capitals, 0)
        words = tuple((any_of(one.words), one.weight) for one in cues.mood)
        self._cues = ((self._profane, _PROFANE), *words, *_SIGNS)

    def mood(self, text: str) -> float:
        """From -1 (very negative) to 1 (very positive), 0 where the words say nothing."""
        text = self._calm.sub(" ", text[:4_000].replace("\u2019", "'"))
        score = sum(weight for cue, weight in self._cues if cue.search(text)) + _shouting(text)
        if self._reversed.search(text):
            score += _REVERSED
        return round(max(-1.0, min(1.0, score)), 2)

    def profane(self, text: str) -> bool:
        """Whether the text insults or swears."""
        return bool(self._profane.search(text[:4_000]))

    def earlier(self, texts: list[str]) -> bool:
        """Whether they speak of a contact before this one, or of what was promised there."""
        return bool(self._earlier.search("\n".join(texts)[:8_000].replace("\u2019", "'")))

    def urgency(self, texts: list[str]) -> Level:
        """How soon the customer needs it, from their own words."""
        said = "\n".join(texts)[:8_000].replace("\u2019", "'")
        if self._no_hurry.search(said):
            return "low"
        return "high" if self._hurry.search(said) or self._in_capitals.search(said) else "medium"


def _shouting(text: str) -> float:
    letters = [letter for letter in text if letter.isalpha() and letter.isascii()]
    capitals = sum(letter.isupper() for letter in letters)
    if len(letters) >= _LETTERS_TO_SHOUT and capitals > 0.7 * len(letters):
        return -0.3
    return -0.1 if len(_SHOUTED.findall(text)) > 1 else 0.0
