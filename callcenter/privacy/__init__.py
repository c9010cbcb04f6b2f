"""Personal data in text: where it stands, and the same text without it.

It knows identifiers by their form (`find`), and values that we were told (`known`). It does not know people, places and
addresses in free text. `redact` is for logs and language models, `mask` keeps every character in its place.
"""

from callcenter.privacy.facts import is_personal
from callcenter.privacy.finding import Span, find
from callcenter.privacy.hiding import CARDS, mask, redact
from callcenter.privacy.recognisers import KINDS, Kind

__all__ = ["CARDS", "KINDS", "Kind", "Span", "find", "is_personal", "mask", "redact"]
