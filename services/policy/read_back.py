"""What was read back to the customer is what is done: a decision is held to the proposal that they agreed to."""

from callcenter.events import CaseStated, ContactReason, ConversationHeld, Decision


def not_as_agreed(event: ConversationHeld, reason: ContactReason, decision: Decision) -> str:
    """How an action differs from what was read back of the same case; empty where it does not."""
    standing = event.dialogue.standing if event.dialogue else None
    if decision.action is None or standing is None or isinstance(event, CaseStated):
        return ""
    if event.dialogue is None or standing.case != event.dialogue.case:
        return ""
    read_back = next((one for one in standing.proposals if (one.contact_reason, one.about) == _of(reason)), None)
    if read_back and read_back.action == decision.action:
        return ""
    agreed = read_back.action if read_back and read_back.action else None
    return f"The rules would do {decision.action!r}; what was read back and agreed to is {agreed!r}."


def _of(reason: ContactReason) -> tuple[str, dict[str, str]]:
    return reason.code, reason.own
