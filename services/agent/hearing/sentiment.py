"""The mood and the hurry of a customer, read from the cues that count in a contact center: a frustration signal."""

import re

from callcenter.events import Level


def _words(words: str, weight: float) -> tuple[re.Pattern[str], float]:
    return re.compile(rf"\b(?:{'|'.join(words.split())})\b", re.IGNORECASE), weight


_PROFANE, _ = _words(
    r"f+u+c+k\w* wtf stfu shit\w* bullsh\w* bitch\w* bastard\w* assholes? dickheads? piss\soff screw\syou go\sto\shell"
    r" idiots? morons? imbeciles? you\sclowns? brain-?dead scum\w* stupid damn\w* goddamn\w* crap\w* dumb\w*"
    r" motherf\w* cunts? suck sucks",
    -0.5,
)
_CUES = (
    (_PROFANE, -0.5),
    _words(
        r"unacceptable ridiculous outrageous disgrace\w* furious fed\sup scam\w* worst terrible horrible awful joke",
        -0.45,
    ),
    _words(r"angry annoy\w* disappoint\w* frustrat\w* unhappy upset useless hate rude lied liars? sick\sof", -0.35),
    _words(r"(?:second|third|fourth|fifth|\d(?:nd|rd|th))\stime again\sand\sagain over\sand\sover yet\sagain", -0.35),
    _words(r"wait(?:ed|ing)\s(?:for\s)?(?:\w+\s){0,3}(?:minutes|hours?|days|weeks|months|forever|ages)", -0.3),
    _words(
        r"(?:nobody|no\sone|never)\s(?:\w+\s)?(?:answer|repl|respond|call)\w* still\s(?:no|not|nothing|hasn't|waiting)",
        -0.25,
    ),
    _words(r"manager supervisor lawyer sue attorney chargeback report\syou bbb consumer\sprotection", -0.3),
    _words(r"broken damaged missing wrong late lost overdue twice declined locked stolen hacked failed problem", -0.12),
    (re.compile(r"!{2,}|[?!]{3,}"), -0.2),
    (re.compile(r"[😡🤬😠👎💢😤]"), -0.45),
    (re.compile(r"[😭😩😢😞🙄☹😒]"), -0.25),
    _words(r"thanks thank\syou appreciate grateful cheers", 0.25),
    _words(r"great love lovely awesome perfect excellent wonderful happy amazing kudos super", 0.35),
    _words(r"please kind kindly no\srush no\sworries good\smorning", 0.08),
    (re.compile(r"[😀😊🙂😍❤👍🙏🎉]"), 0.3),
)
_NEGATED, _REVERSED = _words(
    r"(?:not|isn't|wasn't|aren't|never|no)\s+(?:(?:very|really|so|at\sall|that)\s)?(?:happy|great|good|perfect|satisfied|impressed)",
    -0.7,
)
_CALM, _ = _words(
    r"(?:not|isn't|aren't|never|no)\s+(?:(?:very|really|so|at\sall|that|even)\s)?(?:angry|upset|annoyed|mad|frustrated|unhappy)",
    0,
)
_SARCASM, _ = _words(
    r"(?:great|fantastic|wonderful|awesome|perfect|lovely|amazing)\b[,.!]*\s(?:another|again|still|i\s(?:have\s)?wait\w*)",
    -0.7,
)
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_LETTERS_TO_SHOUT = 12

_NO_HURRY, _ = _words(
    r"no\srush no\shurry not\surgent isn't\surgent whenever\syou when\syou\shave\stime"
    r" just\s(?:wondering|curious|asking)",
    0,
)
_HURRY, _ = _words(
    r"urgent\w* asap emergency immediately right\s(?:now|away) at\sonce today tonight tomorrow\smorning stolen hacked"
    r" fraud\w* locked\sout within\sthe\shour deadline cannot\swait can't\swait",
    0,
)


def mood(text: str) -> float:
    """From -1 (very negative) to 1 (very positive), 0 where the words say nothing."""
    text = _CALM.sub(" ", text[:4_000].replace("\u2019", "'"))
    score = sum(weight for cue, weight in _CUES if cue.search(text)) + _shouting(text)
    if _NEGATED.search(text) or _SARCASM.search(text):
        score += _REVERSED
    return round(max(-1.0, min(1.0, score)), 2)


def profane(text: str) -> bool:
    """Whether the text insults or swears."""
    return bool(_PROFANE.search(text[:4_000]))


def urgency(texts: list[str]) -> Level:
    """How soon the customer needs it, from their own words."""
    said = "\n".join(texts)[:8_000].replace("\u2019", "'")
    if _NO_HURRY.search(said):
        return "low"
    return "high" if _HURRY.search(said) or re.search(r"\bNOW\b", said) else "medium"


def _shouting(text: str) -> float:
    letters = [letter for letter in text if letter.isalpha() and letter.isascii()]
    capitals = sum(letter.isupper() for letter in letters)
    if len(letters) >= _LETTERS_TO_SHOUT and capitals > 0.7 * len(letters):
        return -0.3
    return -0.1 if len(_SHOUTED.findall(text)) > 1 else 0.0
