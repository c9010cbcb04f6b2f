"""Words that take something back: a value before them, or the one right after."""

import re

_CORRECTED = re.compile(
    r"\b(?:(?:oh|oops|no|sorry|wait|hang on|hold on|actually|rather|well|my mistake|my bad|wrong"
    r"|i mean|i meant(?: to say)?|make that|scratch that|strike that|correction|let me correct(?: that| myself)?"
    r"|i misspoke|i mistyped|typo|that should (?:be|read|have been)|should have been|it's actually)\b[\s,.:!-]*)+",
    re.I,
)
_SURELY = re.compile(
    r"sorry|wait|hang on|hold on|actually|rather|i mean|make that|scratch|strike|correct|misspoke|mistyped|typo|mistake"
    r"|my bad|oops|should",
    re.I,
)
_AUXILIARIES = ("did", "do", "does", "have", "has", "had", "could", "can", "would", "will")
_NOT = "".join(rf"(?<!\b{word} )" for word in _AUXILIARIES) + r"\bnot"
_OTHER_THAN = (
    r"instead of|rather than|in place of|as opposed to|other than|except(?: for)?|apart from|besides"
    r"|any(?:thing| day) but"
)
_NEGATED = rf"(?:{_NOT}|\b(?:isn't|wasn't|{_OTHER_THAN}))"
_BETWEEN = r"the|that|my|a|an|for|on|about|in|with|it's|order|number|no\.?|account|one|was|is|called"


def corrected(text: str) -> tuple[int, int] | None:
    """Where the last words stand that correct what was said before them (`no sorry, I meant`), None if nothing does."""
    last: tuple[int, int] | None = None
    for match in _CORRECTED.finditer(text.replace("\u2019", "'")):
        if _SURELY.search(match.group()) and text[: match.start()].strip():
            last = match.start(), match.start() + len(match.group().rstrip(" \t\n,.:!-"))
    return last


def negation(cues: str) -> re.Pattern[str]:
    """Matches a text that ends in a `not` which the value after it cannot be meant by; `cues` may stand between."""
    words = f"{_BETWEEN}|{cues}" if cues else _BETWEEN
    return re.compile(rf"{_NEGATED}\s+(?:(?:{words})\s+)*[#\"'(]*$", re.I)
