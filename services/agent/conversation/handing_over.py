"""A person takes over, and hands back: what the agent says of it, and how the conversation stands after that."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from random import Random

from callcenter.errors import Permanent
from callcenter.events import (
    Act,
    AskedBy,
    ContactReason,
    Decision,
    Dialogue,
    Handoff,
    HandoffClosed,
    HandoffReturned,
    InteractionRequested,
    OnDuty,
    Turn,
)
from services.agent import commands as heard
from services.agent.conversation.desk import Desk
from services.agent.conversation.dialogue import done
from services.agent.conversation.going_on import as_settled
from services.agent.conversation.talk import Said, listen, put
from services.agent.phrasebook import HandingOver

_HANDS_OVER = ("hand_over", "emergency")
_ALONE = "threat"
"""The danger that comes from who writes: the conversation is ended, and nobody joins it."""


def offer(desk: Desk, event: InteractionRequested, said: Said, transcript: Sequence[Turn]) -> Handoff | None:
    """The handoff that the agent's last word announces, where a person can come, or is awaited already."""
    if event.request.mode != "live" or said.act.kind not in _HANDS_OVER or said.state.danger == _ALONE:
        return None
    if event.handoff and event.handoff.state == "offered":
        return event.handoff
    team = _team(desk, event.on_duty, said.state)
    offered = Handoff.offer(*_cause(said), team, event.occurred_at, event.handoff) if team else None
    mood = desk.feelings(said.state).mood(_last_words(transcript))
    return offered and offered.model_copy(update={"mood": mood})


def announced(desk: Desk, handoff: Handoff, said: Said, seed: str) -> str:
    """What the agent says then: what it would say anyway, who comes, and what happens if nobody does."""
    say, rng = _words(desk, said.state), _chance(said.state, seed)
    danger = said.act.kind == "emergency"
    waits = handoff.until - handoff.since if handoff.until else None
    minutes = ceil(waits.total_seconds() / 60) if waits else 0
    sentence = rng.choice(say.in_danger if danger else say.offered)
    return f"{said.text} {sentence.format(team=handoff.team, minutes=minutes)}"


async def keep_waiting(desk: Desk, handoff: Handoff, state: Dialogue, transcript: Sequence[Turn], seed: str) -> Said:
    """What the agent says to who writes while they wait: nothing to who takes leave.

    What they tell is known to whoever comes, and danger is heard at once.
    """
    commands = await listen(desk, state, transcript)
    state, news = desk.manager.update(state, commands, len(transcript))
    if news.has(heard.InDanger):
        said = put(desk, Act(kind="emergency"), state, transcript, seed)
        return said if state.danger == _ALONE else replace(said, text=announced(desk, handoff, said, seed))
    text = "" if news.has(heard.Bye, heard.Withdraw) else _patience(desk, handoff, state, transcript, seed)
    return Said(state.last_act or Act(kind="hand_over"), text, given_up(state))


def waits(said: Said) -> bool:
    """Whether the customer goes on waiting after that."""
    return bool(said.text) and said.state.danger != _ALONE


def handed_back(desk: Desk, event: HandoffReturned) -> Dialogue:
    """The conversation after a person had it: what they did is settled, what is open stays, and nothing is held
    against the customer. What they said to the person is not acted upon.
    """
    state, handoff = _so_far(desk, event), _of(event)
    left = () if handoff.done else tuple(one for one in state.reasons if one.code != desk.reasons.hand_over)
    return _after(desk, event, state, left)


def closed(desk: Desk, event: HandoffClosed) -> Dialogue:
    """The conversation once a person has ended it: all that was open is settled, by them or for them to do."""
    return done(_after(desk, event, _so_far(desk, event), ()), Act(kind="farewell"))


def given_up(state: Dialogue) -> Dialogue:
    """The conversation when nobody came, or who came said nothing more: as if it had ended with the handoff."""
    last = state.last_act
    return state if last and last.kind in _HANDS_OVER else done(state, Act(kind="hand_over"))


def back(desk: Desk, event: HandoffReturned, state: Dialogue) -> str:
    """The agent's first words when it has the contact again."""
    return Random(f"{event.interaction_id}/back").choice(_words(desk, state).back).format(name=_of(event).owner)


def _patience(desk: Desk, handoff: Handoff, state: Dialogue, transcript: Sequence[Turn], seed: str) -> str:
    """That they still wait, in words that were not said yet while there are any."""
    before = [turn.text for turn in transcript if turn.speaker == "agent"]
    sentences = [one.format(team=handoff.team) for one in _words(desk, state).waiting]
    fresh = [one for one in sentences if one not in before]
    return _chance(state, seed).choice(fresh or sentences[:1])


def _so_far(desk: Desk, event: HandoffReturned | HandoffClosed) -> Dialogue:
    """What the agent knows; where a person came before its first word, that is nothing."""
    return event.dialogue if event.dialogue.acts or event.dialogue.heard else desk.opening()


def _after(
    desk: Desk, event: HandoffReturned | HandoffClosed, state: Dialogue, left: tuple[ContactReason, ...]
) -> Dialogue:
    helped = tuple(one for one in state.reasons if one not in left)
    if not (helped or left or state.settled):
        helped = (desk.reasons.by_code()[desk.reasons.hand_over].found(1.0, ()),)
    decisions = [_decision(desk, event, state, reason) for reason in helped]
    identity, upto = desk.reasons.identity.facts, len(event.transcript)
    return Dialogue(
        reasons=left,
        entities=state.entities if left else tuple(one for one in state.entities if one.name in identity),
        language=state.language,
        heard=upto,
        declined=state.declined,
        left_out=state.left_out,
        danger=state.danger,
        earlier=state.earlier,
        readers=state.readers,
        standing=state.standing if left else None,
        settled=(*state.settled, *as_settled(state, helped, decisions, identity, upto)),
    )


def _decision(desk: Desk, event: HandoffReturned | HandoffClosed, state: Dialogue, reason: ContactReason) -> Decision:
    """What a person has done, or goes on with."""
    handoff, say = _of(event), _words(desk, state)
    goes_on = isinstance(event, HandoffClosed) and not handoff.done
    sentences = say.goes_on if goes_on else say.helped if handoff.done else say.spoke
    return Decision(
        contact_reason=reason.code,
        verdict="needs_review" if goes_on else "allow",
        rule_id=None,
        reason_customer=sentences[0].format(name=handoff.owner),
        reason_internal=": ".join(filter(None, ["handled_by_person", handoff.owner, handoff.note])),
        about=reason.own,
    )


def _of(event: InteractionRequested) -> Handoff:
    """The handoff of an event that ends one."""
    if event.handoff is None:
        raise Permanent(f"{event.type} without a handoff; intake makes none.")
    return event.handoff


def _words(desk: Desk, state: Dialogue) -> HandingOver:
    return desk.pack(state).phrases.handoff


def _team(desk: Desk, there: Sequence[OnDuty], state: Dialogue) -> OnDuty | None:
    """The team of what they want; in danger anybody who is there."""
    wanted = state.reasons[0] if state.reasons else desk.reasons.by_code()[desk.reasons.hand_over]
    own = next((one for one in there if one.queue == wanted.queue), None)
    return own or (there[0] if there and state.danger else None)


def _last_words(transcript: Sequence[Turn]) -> str:
    return next((turn.text for turn in reversed(transcript) if turn.speaker == "customer"), "")


def _cause(said: Said) -> tuple[AskedBy, str]:
    state = said.state
    if said.act.kind == "emergency":
        return "danger", state.danger or "emergency"
    if said.wanted:
        return "customer", "wants_person"
    if said.act.slot:
        return "agent", f"untold_{said.act.slot}"
    return "agent", "refused" if state.refused else "unsettled" if state.unsettled else "stuck"


def _chance(state: Dialogue, seed: str) -> Random:
    return Random(f"{seed}/handoff/{len(state.acts)}/{state.heard}")
