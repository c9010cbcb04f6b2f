"""Things in free words: named in an answer, or after words of the business; and words that say it is not at hand."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from services.agent.facts.reading import Reading
from services.agent.understanding.typos import Typos

_LACKING = re.compile(
    r"\b(?:(?:do not|don'?t|didn'?t) (?:have|hav|know|remember|recall|see|recogni[sz]e)"
    r"|can(?:'?t|not) (?:find|remember|recall|tell|say|give)|no idea|not sure|never got one|nothing here|no clue|dunno"
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


_QUESTION = re.compile(
    r"\W*(?:(?:and|but|or|so|then|well|ok|okay|now|hey|oh|um+|uh+|hm+|please|sorry|excuse me|i said)\b\W*)*"
    r"(?:(?:what|how|why|when|where|who|which|whose)"
    r"(?:'s|'re|'d|\s(?:the|a|on earth|in the world|is|are|was|were|do|does|did|am|can|could|should|would|will|has|have"
    r"|had|now|next|else|about|come|many|much|long|often|to|happens|happened|kind|sort|knows|cares|i|you|we|they|it|this"
    r"|that|it's|one)\b|\W*$)"
    r"|(?:do|does|did|don't|doesn't|didn't|can|can't|could|couldn't|will|won't|would|wouldn't|should|shouldn't|is|isn't"
    r"|are|aren't|am|was|wasn't|were|have|haven't|has|hasn't|may|must)"
    r"\s(?:i|you|u|we|they|he|she|it|this|that|there|these|those)\b)",
    re.I,
)
"""Words that begin a question, also one without its mark; no name begins with two of them."""

_ABUSE = (
    r"(?:stupid|dumb|useless|worthless|pathetic|ridiculous|absurd|insane|outrageous|unbelievable|incompetent|moronic"
    r"|idiotic|idiots?|morons?|imbeciles?|fools?|clowns?|jerks?|assholes?|bastards?|losers?|crap|bullshit|shit\w*"
    r"|f[u*]+c?k\w*|damn\w*|goddamn|bloody|sucks?|joke|junk|trash|garbage|rubbish|scum|chat ?bots?|bots?)"
)
_FILLER = (
    r"(?:hm+|um+|uh+|er+m?|eh|ah+|oh|huh|hello|hi|hey|(?:wait )?(?:a|one) (?:minute|moment|second|sec)|wait|ok|okay"
    r"|please|yes|yeah|yep|no|nope|nah|sure|right|fine|well|so|then|and|but|now|never ?mind|whatever|lol|thanks"
    r"|thank you|come on|just|a|an|the|of|is|are|it|it's|that's|this|that|such|what|you|u|your|you're|ur|piece|bunch"
    r"|load|total|complete|absolutely|really|very|people|guys|all|thing|again|already|seriously|god|omg|wtf|jesus"
    r"|hell|go to hell|shut up|get lost|screw)"
)
_MACHINE = r"(?:robots?|machine|computer|program)"
_WORD = rf"(?>(?:{_ABUSE}\s{_MACHINE}|{_FILLER}|{_ABUSE})\b)"
"""Read in one way only, so that a text full of such words takes no time."""

_NO_NAME = re.compile(rf"\W*+(?:{_WORD}(?:\W++|$))++", re.I)
_INSULT = re.compile(
    rf"\W*+(?:you|u|your|you're)\b(?:\W++{_WORD})*\W++(?:{_ABUSE}|{_MACHINE})\b"
    rf"|\W*+(?:this|that|it|you)\s(?:is|are)\b.*\b{_ABUSE}\b",
    re.I,
)


def names_nothing(text: str) -> bool:
    """Whether an answer in free words is a question, an insult, or no more than sounds and small words."""
    said = text[:_LONGEST].replace("\u2019", "'")
    return bool(_QUESTION.match(said) or _NO_NAME.fullmatch(said) or _INSULT.match(said))


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
    start, end = (0, 0) if lacking(text) or names_nothing(text) else _named(text, 0, len(text))
    end = start + len(text[start:end].rstrip())
    if (
        not names_nothing(text[start:end])
        and re.search(r"\w{2}", text[start:end])
        and not _FIGURES.fullmatch(text[start:end])
    ):
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
