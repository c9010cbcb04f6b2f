"""Names of people, read only where somebody introduces themselves or is asked who they are."""

import re
from collections.abc import Iterator
from datetime import date

from services.agent.facts.answers import lacking, names_nothing
from services.agent.facts.reading import Reading

_WORD = r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*"
_NAME = rf"(?P<name>{_WORD}(?:(?:[ \t]+|\.[ \t]?){_WORD}){{0,4}})"
_CUED = re.compile(
    r"(?:\b(?:my|the|his|her) (?:full |last |first )?name(?:'s| is|:)|(?:^|[.,;\n]\s{0,9})name:|\bi am called"
    rf"|\bunder the name(?: of)?|\bin the name of)\s+(?:it's\s+)?{_NAME}",
    re.I,
)
_SPEAKING = re.compile(
    rf"\b(?:this is|it's|you're talking to|you are talking to)\s+{_NAME}\s+(?:speaking|calling)\b", re.I
)
_CAPITAL = r"[A-Z][a-z]+(?:['\u2019-][A-Z]?[a-z]+)*"
_FULL = rf"(?P<name>{_CAPITAL}(?:[ \t]+(?:[A-Z]\.|{_CAPITAL})){{1,3}})"
_SIGNED = re.compile(rf"\b(?:[Tt]his is|I'm|I am|[Rr]egards,|[Ss]incerely,|[Cc]heers,)\s+{_FULL}")
_HERE = re.compile(rf"(?:^|[.!,]\s+){_FULL}\s+(?:here|speaking)\b")
_FROM = re.compile(rf"\b[Tt]his is (?P<name>{_CAPITAL})\s+(?:here|from)\b")
_ANSWER = re.compile(
    r"^\W*(?:(?:yes|sure|ok|okay|well|um|uh|oh|of course|hi|hello)\b\W*)*"
    rf"(?:(?:it's|it is|i'm|i am|this is|that's|that is|(?:put it )?under)\s+)?{_NAME}",
    re.I,
)
_OTHER_WORDS = """
    a about account again am an and any are at been but by calling can check could customer do for from furious give
    have here how i i'm if in is it it's just let listed look me missing mistyped my need no not of ok okay on or order
    please put really see so sorry speaking spelled misspelled sure tell thank thanks that the there this to too under
    unknown very want was what when where who why with would wrong yes you your
"""
_NOT_A_NAME = frozenset(_OTHER_WORDS.split())
_PARTICLES = frozenset({"bin", "da", "de", "del", "della", "den", "der", "di", "du", "la", "le", "van", "von", "y"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr"})
_LONGEST = 4


def names(text: str, _: date | None = None) -> Iterator[Reading]:
    """Names after words like `my name is`."""
    for pattern, certainty in ((_CUED, 0.9), (_SPEAKING, 0.88), (_SIGNED, 0.85), (_HERE, 0.85), (_FROM, 0.85)):
        for match in pattern.finditer(text):
            yield from _named(match, certainty)


def answered_names(text: str, _: date | None = None) -> Iterator[Reading]:
    """The name that an answer begins with."""
    match = None if lacking(text) or names_nothing(text) or text.rstrip().endswith("?") else _ANSWER.match(text)
    if match:
        yield from _named(match, 0.75)


def _named(match: re.Match[str], certainty: float) -> Iterator[Reading]:
    """The words up to the first that is not part of a name."""
    words: list[re.Match[str]] = []
    for word in re.finditer(_WORD, match["name"]):
        if not words and word.group().lower() in _TITLES:
            continue
        if word.group().lower().replace("\u2019", "'") in _NOT_A_NAME:
            break
        words.append(word)
    if words := words[:_LONGEST]:
        at = match.start("name")
        start, end = at + words[0].start(), at + words[-1].end()
        yield Reading(start, end, " ".join(_cased(word.group(), first=word is words[0]) for word in words), certainty)


def _cased(word: str, *, first: bool) -> str:
    """Capitals as names have them, where the customer used none or nothing else."""
    word = word.replace("\u2019", "'")
    if word.lower() in _PARTICLES and not first:
        return word.lower()
    if not (word.islower() or word.isupper()):
        return word
    return re.sub(r"[^\W\d_]+", lambda part: part.group().capitalize(), word)
