"""One message says sorry once, though each of the answers that it is made of may do so."""

import re

_SORRY = r"(?:we're|we are|i'm|i am) (?:so |very |really )?sorry|(?:we|i) apologi[sz]e"
_APOLOGY = re.compile(
    rf"(?P<before>[,;]?\s{{1,9}}(?:and|but)\s{{1,9}}|[;,]\s{{1,9}}|)\b(?:{_SORRY})\b"
    r"(?P<after>(?:\s+(?:about|for)\b[^.!?;:]*)?(?:[:;,](?: and| but)?|[.!?](?=\s|$)| that\b|))(?P<gap>\s*)",
    re.IGNORECASE,
)


def sorry_once(text: str) -> str:
    """The text with its first apology; of the others what they are about: `It's late` for `We're sorry: it's late`."""
    curly = text.replace("\u2019", "'")
    found = list(_APOLOGY.finditer(curly))
    for match in reversed(found[1:]):
        rest = text[match.end() :]
        if match["before"]:
            ending = match["after"] if match["after"].strip(" ") in tuple(".!?:;,") else ""
            text = text[: match.start()] + (ending + match["gap"] if ending else "; ") + rest
        else:
            text = text[: match.start()] + rest[:1].upper() + rest[1:]
    return text.rstrip()
