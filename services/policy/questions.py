"""Whether the customer can be asked for what a decision lacks: a fact never asked for, or one that was wrong."""

from callcenter.events import ConversationHeld, Question
from services.policy.judge import Judgement

MOST = 1
"""Times that a contact goes back to the customer; after that it stays on hold until they write again."""


def question(event: ConversationHeld, judgement: Judgement) -> Question | None:
    """What to ask; None where nothing is lacking, or the customer could not tell it."""
    if event.dialogue is None or event.dialogue.returned >= MOST or event.outcome != "understood":
        return None
    untold = {fact.name for fact in event.missing}
    slot = next((name for name in judgement.asks if name not in untold), None)
    if slot is None:
        return None
    of_its_own = any(slot in reason.own for reason in event.open_reasons)
    return Question(slot=slot, text=judgement.sentence, request=judgement.lacking if of_its_own else None)
