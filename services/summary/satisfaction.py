"""An estimate of how satisfied the customer is. It is never called CSAT: that would be the customer's own answer.

    score = mood + effect of the verdict - 0.15 if a fact was missing - 0.15 if a person has to take over
    mood  = (start + 2 * end) / 3, since how a contact ends is remembered better than how it began

The steps are at -0.6, -0.2, 0.2 and 0.6: below the first it is very low, from the last on very high.
"""

from bisect import bisect_right
from typing import Literal, get_args

from callcenter.events import TicketOpened, Verdict

Satisfaction = Literal["very_low", "low", "neutral", "high", "very_high"]

EFFECT: dict[Verdict, float] = {"allow": 0.3, "needs_info": -0.1, "needs_review": -0.1, "deny": -0.4}
MISSING_FACT = 0.15
TAKEN_OVER = 0.15
STEPS = (-0.6, -0.2, 0.2, 0.6)


def score(event: TicketOpened) -> float:
    """The figure behind the estimate, about -1.8 to 1.3."""
    mood = (event.sentiment.start + 2 * event.sentiment.end) / 3
    missing = MISSING_FACT if event.missing else 0
    taken_over = TAKEN_OVER if event.escalation.state == "requested" else 0
    return mood + EFFECT[event.policy.verdict] - missing - taken_over


def estimate(event: TicketOpened) -> Satisfaction:
    """The score in five words."""
    words: tuple[Satisfaction, ...] = get_args(Satisfaction)
    return words[bisect_right(STEPS, round(score(event), 6))]
