"""By choice, a language model puts the wrap-up more freely, under the same check as the words of the business.

The reply to the customer stays as it is: it holds the decisions word for word.
"""

import asyncio
import re

from callcenter.errors import Permanent
from callcenter.events import Summary, TicketOpened
from callcenter.language_model import Rephrasing
from callcenter.telemetry import emit
from services.summary.faithfulness import Faithfulness

TONE = "Rewrite a note about a customer contact for a supervisor: plain, short, the same facts, the same decision."
QUOTES = r"“[^”]*”"
"""What the customer said stays word for word, and here."""

REWORDED = ("situation", "action", "resolution", "next_step", "short")
_NO = re.compile(r"\b(?:not|no|never|nor|none|without|cannot|unable|fail\w*)\b|n't\b", re.IGNORECASE)


class Rewording:
    """Puts the five notes of a wrap-up in other words; each keeps its own where the new ones cannot be trusted.

    `model` is what the record names where any words are new.
    """

    def __init__(self, rephrasing: Rephrasing, faithfulness: Faithfulness, model: str | None = None) -> None:
        self._rephrasing, self._faithfulness, self.model = rephrasing, faithfulness, model

    async def put(self, event: TicketOpened, summary: Summary) -> Summary:
        """The summary in other words, or as it is."""
        texts = [getattr(summary, name) for name in REWORDED]
        said = await asyncio.gather(*map(self._rephrasing.put, texts))
        kept = [self._trusted(event, before, after) for before, after in zip(texts, said, strict=True)]
        return summary.model_copy(update=dict(zip(REWORDED, kept, strict=True)))

    def _trusted(self, event: TicketOpened, before: str, after: str) -> str:
        if after == before:
            return before
        try:
            self._faithfulness.check(event, [after])
            why = self._turned(before, after)
        except Permanent as violation:
            why = str(violation)
        if why:
            emit("wording_kept", service="summary", reason=why)
            return before
        return after

    def _turned(self, before: str, after: str) -> str:
        """Why the new words do not say the same decision; empty where they do."""
        if self._faithfulness.verdicts_in(before) != self._faithfulness.verdicts_in(after):
            return "it tells another decision"
        return "it turns a yes and a no" if len(_NO.findall(before)) != len(_NO.findall(after)) else ""
