"""What a short reply means after what was asked: yes, no, take it back, say it again, only a greeting."""

import re
from typing import Literal

Gist = Literal["none", "yes", "no", "cancel", "repeat", "greeting"]

_LONGEST = 14
"""Words up to which a reply is read for its gist; longer ones tell something of their own."""

_GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|yo|howdy|good (?:morning|afternoon|evening|day)|greetings|dear \w+)"
    r"(?: (?:there|all|maya|team|everyone|guys|again|how are you(?: doing)?(?: today)?))*",
    re.I,
)
_CANCEL = re.compile(
    r"\b(?:never ?mind|forget (?:it|about it|the whole thing)|leave it(?: as it is)?|drop it|(?:i've )?changed my mind"
    r"|i don'?t (?:need|want) (?:it|this|that|anything)(?: any ?more)?|no longer need(?: it| this| that)?"
    r"|cancel (?:my|this|the) (?:request|inquiry|chat|conversation)|it'?s (?:sorted|solved|resolved) now"
    r"|don'?t bother)\b",
    re.I,
)
_REPEAT = re.compile(
    r"^(?:(?:sorry|pardon|excuse me|what)[?,. ]*)*(?:what|pardon|huh|come again|sorry)\?+$"
    r"|\b(?:(?:say|tell me|ask|explain) (?:that|it|the question)(?: to me)? (?:again|once more)"
    r"|repeat (?:that|it|the question|please|yourself)|(?:can|could) you repeat"
    r"|what (?:do|did) you (?:mean|ask|say|need)"
    r"|(?:didn'?t|don'?t) (?:understand|get|follow) (?:you|that|the question|what you))\b",
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


def gist(text: str) -> Gist:
    """The gist of a reply; `none` where it is more than a sign."""
    said = text.replace("\u2019", "'").strip()
    if len(said.split()) > _LONGEST:
        return "none"
    if _GREETING.fullmatch(said.strip(" ,.!?\n")):
        return "greeting"
    if _CANCEL.search(said):
        return "cancel"
    if _REPEAT.search(said):
        return "repeat"
    if _NO.match(said):
        return "no"
    return "yes" if _YES.match(said) else "none"
