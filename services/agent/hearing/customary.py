"""How customers usually put a reason, by its phrasings: whether they rather ask, and in which words."""

import re
from collections import Counter

from services.agent.reasons import Reason
from services.agent.understanding.phrases import inquires

_INQUIRY = 0.3
"""Share of its phrasings that must be questions for a reason to be one that is asked about."""

_USUAL = 0.1
"""Share of the phrasings of a request in which a word must be to be one of its own."""

_WORD = re.compile(r"(?:[^\W\d_]|')+")


def is_inquiry(reason: Reason) -> bool:
    """Whether customers rather ask than order there: the status of an order, a balance, what roaming costs."""
    return sum(map(inquires, reason.examples)) >= _INQUIRY * len(reason.examples)


def usual_words(reason: Reason) -> frozenset[str]:
    """The words that customers ask for it with, which a yes may repeat."""
    used = Counter(word for text in reason.examples for word in set(_WORD.findall(text.lower())))
    usual = {word for word, times in used.items() if times >= _USUAL * len(reason.examples)}
    return frozenset(usual | set(_WORD.findall(reason.about.lower())))
