"""Which words of a business name a contact reason: what is said beside a question is of that reason or not."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from services.agent.reasons import ContactReasons, Reason
from services.agent.understanding.phrases import inquires

_WORD = re.compile(r"(?:[^\W\d_]|')+")

_INQUIRY = 0.3
"""Share of its phrasings that must be questions for a reason to be one that is asked about."""

_USUAL = 0.1
"""Share of the phrasings of a request in which a word must be to be one of its own."""

_TITLED = 0.25
"""Share of the reasons from which on a word of their titles names none of them."""

_COMMON = 1 / 3
"""The same for a word of their phrasings."""

_TWICE = 2
"""Phrasings in which a word must be to be one that customers use."""

_SHORTEST = 4
"""Letters of a word from which on another form of it may go on otherwise: `card` and `cards`."""


class Naming:
    """Reads for one business: its titles and phrasings say what names a reason.

    `small` are words of the languages that name nothing.
    """

    def __init__(self, vocabulary: ContactReasons, small: Collection[str]) -> None:
        self._small, reasons = frozenset(small), vocabulary.reasons
        cues = {name: {word for cue in slot.cues for word in _words(cue)} for name, slot in vocabulary.slots.items()}
        self._things = {one.code: {word for need in one.needs for word in cues[need]} - self._small for one in reasons}
        used = {reason.code: _used(reason) for reason in reasons}
        titled = {reason.code: set(_words(f"{reason.title} {reason.about}")) for reason in reasons}
        blank = _in_many(titled, _TITLED * len(reasons)) | self._small
        common = _in_many(used, _COMMON * len(reasons)) | self._small
        self._names = {code: words - blank for code, words in titled.items()}
        self._spoken = {code: _long(_often(words, _TWICE) - common) for code, words in used.items()}

    def names(self, code: str, text: str) -> bool:
        """Whether a word in it is one of those that name this reason."""
        return _any_alike(_words(text), self._names[code])

    def speaks_of(self, code: str, text: str) -> bool:
        """Whether a word in it names this reason, or customers use it for this one and not for many others."""
        return _any_alike(_words(text), self._names[code] | self._spoken[code])

    def has_thing(self, code: str, text: str) -> bool:
        """Whether a word in it is what customers call a thing that this reason is about: `leave my line alone`."""
        return _any_alike(_words(text), self._things[code])

    def points(self, text: str) -> bool:
        """Whether it names nothing at all, and so can only mean what is spoken of: `don't do that`."""
        return all(word in self._small for word in _words(text))


def usual_words(reason: Reason) -> frozenset[str]:
    """The words that customers ask for it with, which a yes may repeat."""
    return frozenset(_often(_used(reason), _USUAL * len(reason.examples)) | set(_WORD.findall(reason.about.lower())))


def is_inquiry(reason: Reason) -> bool:
    """Whether customers rather ask than order there: the status of an order, a balance, what roaming costs."""
    return sum(map(inquires, reason.examples)) >= _INQUIRY * len(reason.examples)


def words(text: str) -> Iterator[re.Match[str]]:
    """Each word of a text, where it stands."""
    return _WORD.finditer(text)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("\u2019", "'"))


def _used(reason: Reason) -> Counter[str]:
    return Counter(word for text in reason.examples for word in set(_WORD.findall(text.lower())))


def _often(used: Mapping[str, int], least: float) -> set[str]:
    return {word for word, times in used.items() if times >= least}


def _long(words: Collection[str]) -> set[str]:
    return {word for word in words if len(word) > _SHORTEST}


def _in_many(words: Mapping[str, Collection[str]], most: float) -> set[str]:
    """Those of more than so many reasons."""
    reasons = Counter(word for there in words.values() for word in there)
    return {word for word, times in reasons.items() if times > most}


def _any_alike(said: Sequence[str], names: Collection[str]) -> bool:
    return any(_alike(word, name) for word in said for name in names)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long == short or (len(short) >= _SHORTEST and long.startswith(short))
