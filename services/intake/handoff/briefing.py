"""What a person should know before they say a word: made from the dossier of a contact. Pure."""

from pydantic import AwareDatetime, BaseModel

from callcenter.events import ContactReason, Decision, Dialogue, InteractionRequested
from services.intake.turns import turns_of

UPSET, GLAD = -0.25, 0.3
"""Moods from which on somebody is told to be upset, or in good spirits."""

_WHY = {
    "wants_person": "the customer asked for a person",
    "refused": "the customer did not accept what the assistant understood",
    "unsettled": "the customer gave several values for the same thing",
    "stuck": "the assistant got no further",
    "taken": "somebody took the contact over",
}


class Known(BaseModel):
    """A fact that the customer stated, and where: the number of a turn."""

    name: str
    value: str
    turn: int


class Decided(BaseModel):
    """What was decided in this contact so far."""

    request: str
    verdict: str
    told: str
    note: str
    action: str | None


class Briefing(BaseModel):
    """`situation` says in a sentence why a person is wanted and what for; `promised` is what the customer counts on.

    `mood` is that of their last words as they asked for a person: upset, calm or glad; null where nobody knows.
    """

    situation: str
    wants: list[str]
    identity_proved: bool
    facts: list[Known]
    decided: list[Decided]
    mood: str | None
    promised: list[str]
    last_words: str
    since: AwareDatetime


def briefing(event: InteractionRequested) -> Briefing:
    """Of a contact as it stands."""
    dialogue: Dialogue = getattr(event, "dialogue", None) or Dialogue()
    said = [turn.text for turn in turns_of(event) if turn.speaker == "customer"]
    return Briefing(
        situation=_situation(event, dialogue),
        wants=[_request(reason) for reason in dialogue.reasons],
        identity_proved=event.contact.verified.verified or bool(dialogue.standing and dialogue.standing.verified),
        facts=_facts(dialogue),
        decided=[_decided(one.reason, one.decision) for one in dialogue.settled],
        mood=_mood(event.handoff.mood if event.handoff else None),
        promised=_promised(event, dialogue),
        last_words=said[-1] if said else "",
        since=event.handoff.since if event.handoff else event.contact.initiated_at,
    )


def _situation(event: InteractionRequested, dialogue: Dialogue) -> str:
    wants = "; ".join(reason.title for reason in dialogue.reasons)
    about = f"It is about: {wants}." if wants else "Nothing is open that the assistant understood."
    return f"{_why(event)} {about}"


def _why(event: InteractionRequested) -> str:
    if event.handoff is None:
        return "The assistant talks with the customer."
    cause = event.handoff.cause
    if event.handoff.asked_by == "danger":
        return f"DANGER: what the customer wrote speaks of {cause.replace('_', ' ')}."
    missing = cause.removeprefix("untold_").replace("_", " ")
    why = f"the customer could not tell the {missing}" if cause.startswith("untold_") else _WHY.get(cause, cause)
    return f"{why[0].upper()}{why[1:]}."


def _request(reason: ContactReason) -> str:
    things = ", ".join(f"{name} {value}" for name, value in reason.own.items())
    asked = " (only asked about)" if reason.asks == "question" else ""
    return f"{reason.title}{f' ({things})' if things else ''}{asked}"


def _facts(dialogue: Dialogue) -> list[Known]:
    """Those of settled requests first."""
    said = [*(fact for one in dialogue.settled for fact in one.reason.entities), *dialogue.entities]
    said += [fact for reason in dialogue.reasons for fact in reason.entities]
    latest = {
        (fact.name, fact.value): Known(name=fact.name, value=fact.value, turn=fact.evidence.turn) for fact in said
    }
    return list(latest.values())


def _decided(reason: ContactReason, decision: Decision) -> Decided:
    return Decided(
        request=_request(reason),
        verdict=decision.verdict,
        told=decision.reason_customer,
        note=decision.reason_internal,
        action=_action(decision),
    )


def _action(decision: Decision) -> str | None:
    action = decision.action
    if action is None:
        return None
    if action.amount is None:
        return action.name
    return f"{action.name} {action.amount:,.2f} {action.currency or ''}".strip()


def _mood(mood: float | None) -> str | None:
    if mood is None:
        return None
    return "upset" if mood <= UPSET else "glad" if mood >= GLAD else "calm"


def _promised(event: InteractionRequested, dialogue: Dialogue) -> list[str]:
    """What was agreed to, and what happens where nobody comes."""
    agreed = [action for one in dialogue.settled if (action := _action(one.decision))]
    handoff = event.handoff
    if handoff is None or handoff.until is None or not handoff.open:
        return agreed
    return [*agreed, f"Somebody from {handoff.team} by {handoff.until:%H:%M:%S} UTC, else a ticket and a call back."]
