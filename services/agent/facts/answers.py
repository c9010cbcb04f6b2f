"""Things in free words: named in an answer, or after words of the business; and words that say it is not at hand."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from services.agent.facts.reading import Reading
from services.agent.understanding.typos import Typos

_LACKING = re.compile(
    r"\b(?:(?:do not|don'?t|didn'?t) (?:have|hav|know|remember|recall|see|recogni[sz]e)"
    r"|can(?:'?t|not) (?:find|remember|recall|tell|say)|no idea|not sure|never got one|nothing here|no clue|dunno"
    r"|haven'?t got|(?:i forgot|i've forgotten|i lost|i've lost)(?: it| that| them|$))\b",
    re.I,
)
_TYPOS = Typos()

_OPENING = (
    r"(?:(?:i think|i believe|i guess|i suppose|let me say|probably|maybe|oh|so|then|well|yes|yeah|sure|and|actually"
    r"|right|hm+|um|uh|ok|okay|fine|hold on|that'?s easy)[\s,.]{1,9}){0,9}"
)
_LEAD = re.compile(
    rf"(?:^|[.!?:,;]\s{{1,9}}){_OPENING}(?:(?:it|that) (?:is|was|would be|should be)|(?:it|that)'s|here we go:|yes,)\s+"
    r"|\b(?:the|my|its)\s+(?:[\w-]+\s+){1,3}?(?:is|was|would be|should be|it's|it is)\s+"
    r"|^\s*(?:is|would be|should be)\s+|\b(?:named|called)\s+",
    re.I,
)
_WRAPPING = re.compile(r"\s*(?:(?:well|sure|ok|okay|yes|um|fine|right|from|the|my|a|an)\b[\s,:.]*)*", re.I)
_PHRASE = re.compile(r"[^.!?;\n]+?(?=[.!;\n]|, (?:it|which|and)\b|$)", re.I)
_LONGEST, _LONGEST_PHRASE = 4_000, 80
_FIGURES = re.compile(r"[\d\s-]{4,}")
_OF_THE_CUSTOMER = r"(?:(?:one|some) of )?(?:the|my|this|that|these|those|an?|our)"
_BOUNDARY = (
    r"(?:about|after|and|are|arrived|as|at|because|before|but|by|came|does|doesn't|for|from|had|has|have|i|in|instead|into"
    r"|is|isn't|it|of|on|or|order|please|since|that|to|was|we|were|when|which|with|you)\b"
)
_THING = rf"(?P<thing>(?!{_BOUNDARY})[^\W\d_][\w'-]*(?:\s+(?!{_BOUNDARY})[\w'-]+){{0,3}})"
_ANYTHING = re.compile(
    r"\b(?:articles?|items?|goods|delivery|gifts?|ones?|orders?|packages?|parcels?|parts?|pieces?|products?|purchases?|set"
    r"|sizes?|stuff|things?)$",
    re.I,
)


def lacking(text: str) -> bool:
    """Whether the customer says, perhaps mistyped, that they do not have or know what was asked."""
    said = text[:_LONGEST].replace("\u2019", "'")
    return any(map(_LACKING.search, (said, _TYPOS.mended(said))))


class Things:
    """Names of things after the words of a business for what is done with them: `exchange the espresso machine`."""

    def __init__(self, cues: Sequence[str]) -> None:
        said = "|".join(re.escape(cue) for cue in sorted(cues, key=len, reverse=True))
        self._said = re.compile(rf"\b(?:{said})\s+{_OF_THE_CUSTOMER}\s+{_THING}", re.I) if cues else None

    def read(self, text: str, _: date | None = None) -> Iterator[Reading]:
        """A few words up to one that cannot be of a name; not those that may be any thing."""
        for match in self._said.finditer(text) if self._said else ():
            if not _ANYTHING.search(match["thing"]):
                yield Reading(*match.span("thing"), match["thing"], 0.7)


def phrases(text: str) -> Iterator[Reading]:
    """The words that name the thing, without those around them; nothing if it is a question, an excuse or a number."""
    start, end = (0, 0) if lacking(text) else _named(text, 0, len(text))
    end = start + len(text[start:end].rstrip())
    if re.search(r"\w{2}", text[start:end]) and not _FIGURES.fullmatch(text[start:end]):
        yield Reading(start, end, " ".join(text[start:end].split()), 0.7, bare=False)


def _named(text: str, start: int, end: int) -> tuple[int, int]:
    """Stripped until nothing more comes off, so that the words found are all a name when read alone."""
    lead = _LEAD.search(text[start:end])
    at = start + (lead.end() if lead else 0)
    wrapping = _WRAPPING.match(text, at, end)
    at = wrapping.end() if wrapping else at
    named = _PHRASE.match(text[:end], at)
    found = (at, _cut(text, at, named.end()) if named else at)
    return found if found == (start, end) or found[0] == found[1] else _named(text, *found)


def _cut(text: str, start: int, end: int) -> int:
    """The end of the last whole word within the length that a phrase may have."""
    longest = start + _LONGEST_PHRASE
    return end if end <= longest else max(text.rfind(" ", start, longest), start)
