"""A yes held to its word: one that says anything else is asked about once more, since something is done on it."""

import re
from collections.abc import Collection, Iterable

from pydantic import Field

from callcenter.business import Sheet
from services.agent.hearing.cues import Expression, joined
from services.agent.understanding.typos import Typos

_PICTURES = "\U0001f000-\U0001faff\u2600-\u27bf"
_SKINS = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")
_SIGNS = re.compile(rf"[^\w\s'+{_PICTURES}-]|(?<!\w)'|'(?!\w)")
_PICTURE = re.compile(f"([{_PICTURES}])")
_MANY = re.compile(r"(\w)\1{2,}")
_YES, _SO = "\x06", "\x16"
"""Stand for a phrase of a yes, and for one beside it; no text holds them once its signs are gone."""

_CLAUSE = re.compile(r"[^,;.]+[,;.]*")

_LONGEST = 400
"""Characters: nobody says yes at such length."""


class Alike(Sheet):
    """Phrases that repeat a request as well as one of these words does, where the request is asked for with it."""

    words: tuple[str, ...] = Field(min_length=1)
    phrases: tuple[str, ...] = Field(min_length=1)


class Replies(Sheet):
    """`replies.yaml` of a language: what makes a yes, what goes with it, a no, what mocks, how others agreed.

    `alike` are other words for those of a request, which a yes may repeat.
    """

    assents: tuple[str, ...]
    beside: tuple[str, ...]
    refusals: tuple[str, ...]
    ironies: tuple[str, ...] = ()
    alike: tuple[Alike, ...] = ()
    reported: tuple[Expression, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """All words in them, of whatever phrase."""
        return frozenset(word for phrase in (*self.assents, *self.beside, *self.refusals) for word in phrase.split())


class Assent:
    """Tells a plain yes by its words; `mending` those that are mistyped, for which the language must be English."""

    def __init__(self, replies: Replies, *, mending: bool = True) -> None:
        self.words = replies.words
        self._no = frozenset(replies.refusals)
        self._yes = frozenset(word for word in replies.assents if " " not in word) | {_YES}
        self._beside = frozenset(word for word in replies.beside if " " not in word) | {_SO}
        self._reported = re.compile(rf"(?:{joined(replies.reported)})(?!\w)") if replies.reported else None
        self._typos = Typos([*replies.assents, *replies.beside]) if mending else None
        self._phrases = {f" {one} ": " ? " for one in _longest_first(replies.ironies)}
        self._phrases |= {f" {one} ": f" {_YES} " for one in _longest_first(replies.assents)}
        self._phrases |= {f" {one} ": f" {_SO} " for one in _longest_first(replies.beside)}
        self._alike = [(frozenset(one.words), _longest_first(one.phrases)) for one in replies.alike]

    def plain(self, text: str, echo: Collection[str] = ()) -> bool:
        """Whether it is a yes, perhaps mistyped, and all else in it goes with a yes or is an `echo` of the request."""
        mended = self._typos.mended(text) if self._typos else text
        return any(
            self._is_plain(self._words(self._own(self._without_echoes(said, echo), echo)), echo)
            for said in (text, mended)
        )

    def _own(self, text: str, echo: Collection[str]) -> str:
        """Without the clauses that only tell of somebody else's yes: `he says fine, so yes please`."""
        if self._reported is None or len(text) > _LONGEST:
            return text
        return " ".join(clause for clause in _CLAUSE.findall(text) if not self._reports(clause, echo))

    def _reports(self, clause: str, echo: Collection[str]) -> bool:
        opening = self._reported and self._reported.match(clause.lower().replace("\u2019", "'").strip(" ,;."))
        if not opening:
            return False
        rest = self._words(opening.string[opening.end() :])
        return all(word in self._yes or word in self._beside or word in echo for word in rest)

    def _without_echoes(self, text: str, echo: Collection[str]) -> str:
        """The text without the phrases that say in other words what the request says."""
        said = f" {' '.join(_SIGNS.sub(' ', text[:_LONGEST].lower()).split())} "
        for phrase in (phrase for words, phrases in self._alike if not words.isdisjoint(echo) for phrase in phrases):
            said = said.replace(f" {phrase} ", f" {_SO} ")
        return said if _SO in said and "?" not in text and len(text) <= _LONGEST else text

    def _is_plain(self, words: Collection[str], echo: Collection[str]) -> bool:
        known = all(word in self._yes or word in self._beside or word in echo for word in words)
        return known and any(word in self._yes for word in words)

    def refuses(self, text: str) -> bool:
        """Whether it is nothing but a no."""
        words = self._words(text)
        return bool(words) and all(word in self._no for word in words)

    def _words(self, text: str) -> list[str]:
        if "?" in text or len(text) > _LONGEST:
            return ["?"]
        plain = _MANY.sub(r"\1\1", _SKINS.sub("", text[:_LONGEST].lower().replace("\u2019", "'")))
        words = _PICTURE.sub(r" \1 ", _SIGNS.sub(" ", plain)).split()
        spaced = f" {' '.join(words)} "
        for phrase, stands_for in self._phrases.items():
            spaced = spaced.replace(phrase, stands_for)
        return spaced.split()


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted((word for word in words if " " in word), key=len, reverse=True)
