"""What a short reply means after what was asked: yes, no, take it back, say it again, who, why, wait, a greeting."""

import re
from collections.abc import Iterator
from typing import Literal

from services.agent.understanding.typos import Typos

Gist = Literal["none", "yes", "no", "cancel", "repeat", "who", "why", "wait", "greeting"]

_LONGEST = 14
"""Words up to which a reply is read for its gist; longer ones tell something of their own."""

_TYPOS = Typos(["nevermind"])
_GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|yo|howdy|good (?:morning|afternoon|evening|day)|greetings|dear \w+)"
    r"(?: (?:there|all|maya|team|everyone|guys|again|how are you(?: doing)?(?: today)?))*",
    re.I,
)
_CANCEL = re.compile(
    r"\b(?:never ?mind|forget (?:it|about it|the whole thing)|leave it(?! like that| so)(?: as it is)?|drop it"
    r"|(?:i've )?changed my mind|i don'?t (?:need|want) (?:it|this|that|anything)(?: any ?more)?"
    r"|no longer need(?: it| this| that)?|cancel (?:my|this|the) (?:request|inquiry|chat|conversation)"
    r"|it'?s (?:sorted|solved|resolved) now|don'?t bother)\b",
    re.I,
)
_REPEAT = re.compile(
    r"^(?:(?:sorry|pardon|excuse me|what)[?,. ]*)*(?:what|pardon|huh|come again|sorry)\?+$"
    r"|\b(?:(?:say|tell me|ask|explain) (?:that|it|the question)(?: to me)? (?:again|once more)"
    r"|repeat (?:that|it|the question|please|yourself)|(?:can|could) you repeat"
    r"|(?:what|which)(?: \w+){0,3} (?:do|did) you (?:mean|ask|say|need)"
    r"|(?:didn'?t|don'?t) (?:understand|get|follow) (?:you|that|the question|what you))\b",
    re.I,
)
_WHY = re.compile(
    r"^\W*(?:(?:but|and|ok(?:ay)?|sorry|hmm*|um+)[\s,.]+)*"
    r"(?:why (?:do|would|are|should|must) (?:you|u|i) (?:need|want|have|ask(?:ing)?|give|tell|say|share|require)\b.*"
    r"|what (?:do|would|will) (?:you|u) (?:need|want|use) (?:that|this|it|all that|them|my \w+(?: \w+)?)(?: for)?"
    r"|what (?:is )?(?:that|this|it)(?:'s)? for|what for|why)\W*$"
    r"|\bis (?:that|this|it) (?:really |even )?necessary\W*$|\bdo i (?:really )?have to\W*$",
    re.I,
)
_MOMENT = r"(?:sec(?:ond)?|moment|min(?:ute)?|tick)"
_WAIT = re.compile(
    r"(?:(?:oh|ok(?:ay)?|um+|uh|hmm*|yes|yeah|sure|please|just|sorry|well)[\s,.!]+)*"
    rf"(?:(?:hold|hang) on|(?:just |wait |in |i need |give me )?(?:a|one) {_MOMENT}|bear with me|wait|brb"
    r"|(?:let me|i'?ll|i need to|i have to|gotta) (?:just )?(?:check|look|see|find|search|get|grab)"
    r"(?: (?:it|that|for it|it up|that up|my \w+(?: \w+)?))?)"
    rf"(?:[\s,.!]+(?:please|quickly|real quick|(?:for )?(?:a|one) {_MOMENT}))*",
    re.I,
)
_PERSON_OR_MACHINE = (
    r"(?:(?:just|only|even|actually|really|some|like|a|an|the|kind of) )*"
    r"(?:(?:ro)?bots?|chat ?bots?|machine|computer|program|software|ai|a\.i\.|automated|algorithm"
    r"|humans?|(?:real|actual|living) (?:person|people|human|one)|person)"
)
_WHO = re.compile(
    rf"\b(?:(?:are|r) (?:you|u|ya)|(?:you|u) (?:are|r|must be|sound like)|(?:you|u)'?re) {_PERSON_OR_MACHINE}\b"
    rf"|\b(?:am i|i'?m) (?:talking|speaking|chatting|writing) (?:to|with) {_PERSON_OR_MACHINE}\b"
    r"|\bis (?:this|that|it) (?:(?:just|really|a|an|some) )*(?:(?:ro|chat ?)?bot|ai|human|real person)\b"
    r"|\b(?:are|r) (?:you|u) real\W*$|\b(?:who|what) (?:are|r) (?:you|u)\W*$|\bwho is this\W*$"
    r"|\bwho am i (?:talking|speaking|chatting|writing) (?:to|with)\b",
    re.I,
)
_NO = re.compile(
    r"^\W*(?:no+|nope|nah|not (?:quite|really|right|exactly|correct)|wrong|incorrect|that'?s (?:not|wrong)|wait)\b",
    re.I,
)
_YES = re.compile(
    r"^\W*(?:y+e+s+|yeah|yep|yup|ya|sure|ok(?:ay)?|correct|right|exactly|indeed|absolutely|definitely|of course"
    r"|please do|go ahead|that'?s (?:right|it|correct|fine)|sounds (?:good|right)|fine|perfect|do it|please)\b",
    re.I,
)


_SIGNS: tuple[tuple[Gist, re.Pattern[str]], ...] = (
    ("who", _WHO),
    ("why", _WHY),
    ("cancel", _CANCEL),
    ("repeat", _REPEAT),
    ("no", _NO),
    ("yes", _YES),
)


def gist(text: str) -> Gist:
    """The gist of a reply, perhaps mistyped; `none` where it is more than a sign."""
    typed = _straight(text).strip()
    meant = _gist(typed)
    return _gist(_TYPOS.mended(typed)) if meant == "none" else meant


def _gist(said: str) -> Gist:
    if len(said.split()) > _LONGEST:
        return "none"
    if _GREETING.fullmatch(said.strip(" ,.!?\n")):
        return "greeting"
    if _WAIT.fullmatch(said.strip(" ,.!\n\u2026")):
        return "wait"
    return next((meant for meant, sign in _SIGNS if sign.search(said)), "none")


def asking_who(text: str) -> Iterator[tuple[int, int]]:
    """Where the text asks who or what answers; nothing else is wanted there."""
    return (match.span() for match in _WHO.finditer(_straight(text)))


def _straight(text: str) -> str:
    return text.replace("\u2019", "'")
