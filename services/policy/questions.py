"""Whether the customer can be asked for what a decision lacks: a fact never asked for, one that was wrong, a choice."""

from callcenter.events import CaseStated, ConversationHeld, Question
from services.policy.judgement import Judgement

MOST = 1
"""Times that a contact goes back to the customer; after that it stays on hold until they write again."""


def question(event: ConversationHeld, judgement: Judgement) -> Question | None:
    """What to ask; None where nothing is lacking, or the customer could not tell it.

    While they talk, the agent asks for a choice as for any fact, and as often.
    """
    if event.dialogue is None or event.outcome != "understood":
        return None
    if event.dialogue.returned >= MOST and not (judgement.choices and isinstance(event, CaseStated)):
        return None
    untold = {fact.name for fact in event.missing}
    slot = next((name for name in judgement.asks if name not in untold), None)
    if slot is None:
        return None
    of_its_own = any(slot in reason.own for reason in event.open_reasons)
    one_of_several = bool(judgement.choices) and len(event.open_reasons) > 1
    request = judgement.lacking if of_its_own or one_of_several else None
    return Question(slot=slot, text=judgement.sentence, request=request, things=judgement.choices)
