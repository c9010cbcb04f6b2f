"""One step of a conversation: what the customer said since the agent last spoke goes in, one agent turn comes out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from callcenter.errors import TooMuchWork
from callcenter.events import (
    Act,
    CaseDecided,
    CaseSettled,
    Contact,
    Dialogue,
    InteractionRequested,
    Pending,
    Question,
    Reader,
    Sentiment,
    Standing,
    Turn,
    Unfinished,
)
from callcenter.events import Understanding as Understood
from callcenter.telemetry import emit
from callcenter.work import InSteps
from services.agent import commands
from services.agent.commands import Command
from services.agent.conversation.desk import Desk
from services.agent.conversation.dialogue import FINAL, done, offered
from services.agent.conversation.following import taken_up
from services.agent.conversation.going_on import (
    about_the_same,
    all_reasons,
    said_for,
    same_again,
    settled,
    settles,
    stands,
)
from services.agent.conversation.moment import Moment
from services.agent.conversation.update import News
from services.agent.hearing.naming import is_inquiry

LONGEST_READING = 2.0
"""Seconds of processor time for what a customer wrote; some hundredths are usual."""

_READINGS = 2
"""How often a text is tried that takes longer."""


@dataclass(frozen=True)
class Said:
    """What the agent did, in which words, and the state after it."""

    act: Act
    text: str
    state: Dialogue
    looks: bool = False
    """It has only begun: policy has to say first how the case stands."""
    settles: bool = False
    """It has only begun: policy has to decide the case first, and the contact may go on after that."""
    wanted: bool = False
    """The customer asked for a person."""

    @property
    def final(self) -> bool:
        """Whether the conversation is over with it."""
        return self.act.kind in FINAL and not (self.looks or self.settles)


async def answer(
    desk: Desk,
    state: Dialogue,
    transcript: Sequence[Turn],
    seed: str,
    *,
    live: bool = False,
    follows: bool = False,
    unfinished: Unfinished | None = None,
) -> Said:
    """The agent's next turn; the same seed and the same conversation so far give the same words.

    `live`: it goes on after a case. `follows`: it continues an earlier contact, in which this was left `unfinished`,
    and says so.
    """
    heard = await listen(desk, state, transcript)
    heard = desk.account.heard(desk.pack(state), state, transcript[state.heard :], heard)
    if state.over:
        needs = desk.manager.needs.of(state.settled[-1].reason)
        heard = same_again(state, heard, needs)
    if unfinished and not state.acts:
        heard = taken_up(heard, unfinished, desk.reasons.identity.facts)
    state, news = desk.manager.update(state, heard, len(transcript))
    if heard:
        state = _read_by(state, desk.understander.reader)
    said = await _act(desk, state, news, transcript, seed, live=live, follows=follows)
    return replace(said, wanted=desk.manager.wants_person(state, news))


async def resume(desk: Desk, state: Dialogue, transcript: Sequence[Turn], seed: str) -> Said:
    """The agent's next turn in a live conversation in which it has to say the next word, with no new one to answer."""
    return await _act(desk, state, News(), transcript, seed, live=True)


async def _act(
    desk: Desk,
    state: Dialogue,
    news: News,
    transcript: Sequence[Turn],
    seed: str,
    *,
    live: bool,
    follows: bool = False,
) -> Said:
    act = desk.manager.next_act(state, news)
    moment = Moment(act, state, news=news, follows=follows)
    if desk.manager.looks(state, act):
        return replace(_begin(desk, moment, transcript, seed), looks=True)
    if live and settles(state, act):
        return replace(_begin(desk, moment, transcript, seed), settles=True)
    said = _say(desk, moment, transcript, seed)
    return said if said.act.kind == "emergency" else replace(said, text=await desk.rephrasing.put(said.text))


async def go_on(desk: Desk, event: CaseDecided, seed: str) -> Said:
    """The turn that has begun, now that policy has said how the case stands; it may look once more."""
    state = (event.dialogue or desk.opening()).model_copy(update={"standing": event.standing})
    since = state.settled[-1].upto if state.settled else 0
    pointed = desk.account.pointed(desk.pack(state), state, event.transcript[since:])
    if state.settled and all(map(is_inquiry, desk.manager.needs.requests(state))):
        pointed = about_the_same(state, pointed)
    state, news = desk.manager.update(state, pointed, state.heard)
    act = desk.manager.go_on(state, event.standing, news, event.pending.act)
    begun = "" if act.kind == "check" and state.acts else event.pending.words  # it thanks and reacts by itself
    if desk.manager.looks(state, act):
        return Said(act, begun, state, looks=True)
    if event.request.mode == "live" and settles(state, act):
        return Said(act, begun, state, settles=True)
    asked = event.standing.question
    if asked and act.kind == "ask" and act.slot == asked.slot and act.slot in state.facts:
        return _ask_again(desk, Moment(act, state), f"{begun} {asked.text}".strip(), seed)
    said = _say(desk, Moment(act, state, begun=begun), event.transcript, seed)
    return replace(said, text=await desk.rephrasing.put(said.text))


def settle(desk: Desk, event: CaseSettled, seed: str) -> Said:
    """What was decided, and whether there is anything else; where it cannot be left at that, the contact ends.

    What was decided stands in either case, as some of it may be done by now.
    """
    state = settled(event, event.decisions, desk.reasons.identity.facts)
    if not stands(event.decisions):
        moment = Moment(event.pending.act, event.dialogue or desk.opening(), begun=event.pending.words)
        said = _say(desk, moment, event.transcript, seed)
        return replace(said, state=done(state, said.act))
    told = dict.fromkeys(one.reason_customer for one in event.decisions)
    begun = " ".join(filter(None, [event.pending.words, *told]))
    return _say(desk, Moment(Act(kind="anything_else"), state, begun=begun), event.transcript, seed)


def time_out(desk: Desk, state: Dialogue, transcript: Sequence[Turn], seed: str) -> Said:
    """The agent's last word to a customer who says nothing more."""
    return put(desk, Act(kind="time_out"), state, transcript, seed)


def put(desk: Desk, act: Act, state: Dialogue, transcript: Sequence[Turn], seed: str) -> Said:
    """An act in words, whatever was heard."""
    return _say(desk, Moment(act, state), transcript, seed)


def question(desk: Desk, state: Dialogue, asked: Question, seed: str) -> Said:
    """What policy still has to know, in the words of the business, with what there is to choose among."""
    state = state.model_copy(update={"returned": state.returned + 1})
    act = Act(kind="ask", slot=asked.slot, again=True, request=asked.request)
    if not asked.things:
        return Said(act, asked.text, done(state, act))
    known = state.standing or Standing(case=state.case)
    standing = known.model_copy(update={"case": state.case, "question": asked})
    state = state.model_copy(update={"standing": standing})
    act = act.model_copy(update={"things": offered(state, asked.slot)})
    return _say(desk, Moment(act, state, begun=""), (), seed)


def stated(
    desk: Desk, event: InteractionRequested, said: Said, transcript: Sequence[Turn], persona: str | None
) -> dict[str, Any]:
    """The sections of CaseStated and CaseAgreed, while the conversation goes on."""
    so_far = held(desk, event, said.state, transcript, persona)
    pending = Pending(act=said.act, words=said.text)
    return so_far | {"contact": event.contact, "missing": said.state.missing, "pending": pending}


def held(
    desk: Desk,
    event: InteractionRequested,
    state: Dialogue,
    transcript: Sequence[Turn],
    persona: str | None,
) -> dict[str, Any]:
    """The sections of ConversationHeld, once the conversation is over."""
    manager, texts = desk.manager, _customer_texts(transcript) or [""]
    main, *further = all_reasons(state) or (None,)
    feelings, readers = desk.feelings(state), state.readers or (desk.understander.reader,)
    return {
        "contact": _ended(event.contact, state, transcript),
        "transcript": tuple(transcript),
        "outcome": manager.outcome(state),
        "contact_reason": main,
        "secondary_reasons": tuple(further),
        "entities": said_for(state),
        "missing": manager.missing(state),
        "sentiment": Sentiment(start=feelings.mood(texts[0]), end=feelings.mood(texts[-1])),
        "urgency": "high" if state.danger else feelings.urgency(texts),
        "understanding": Understood(
            engine="+".join(reader.engine for reader in readers),
            model="+".join(reader.model for reader in readers if reader.model) or None,
            business_version=desk.profile.version,
            persona=persona,
        ),
        "dialogue": _without_account(state).model_copy(update={"earlier": feelings.earlier(texts)}),
    }


def _without_account(state: Dialogue) -> Dialogue:
    """What the account shows is for the conversation, and not for the record."""
    if state.standing is None:
        return state
    asked = state.standing.question
    question = asked.model_copy(update={"things": ()}) if asked else None
    standing = state.standing.model_copy(update={"things": (), "question": question})
    return state.model_copy(update={"standing": standing})


async def listen(desk: Desk, state: Dialogue, transcript: Sequence[Turn]) -> Sequence[Command]:
    """What the customer said; where reading it took too much work each time, just that."""
    for _ in range(_READINGS):
        try:
            return await InSteps(desk.understander.read(state, transcript), LONGEST_READING)
        except TooMuchWork as stopped:
            why = str(stopped)
    emit("text_unread", service="agent", tries=_READINGS, why=why)
    return [commands.TooMuchWork()]


def _read_by(state: Dialogue, reader: Reader) -> Dialogue:
    return state if reader in state.readers else state.model_copy(update={"readers": (*state.readers, reader)})


def _ask_again(desk: Desk, moment: Moment, text: str, seed: str) -> Said:
    """What policy had better have once more, with what there is in the account that it may be."""
    moment, rng = _with_past(desk, moment, (), seed)
    there = [desk.wording.choices(moment, rng)] if moment.act.things else []
    state = moment.state.model_copy(update={"returned": moment.state.returned + 1})
    return Said(moment.act, " ".join([text, *there]), done(state, moment.act))


def _begin(desk: Desk, moment: Moment, transcript: Sequence[Turn], seed: str) -> Said:
    moment, rng = _with_past(desk, moment, transcript, seed)
    return Said(moment.act, desk.wording.begin(moment, rng), moment.state)


def _say(desk: Desk, moment: Moment, transcript: Sequence[Turn], seed: str) -> Said:
    moment, rng = _with_past(desk, moment, transcript, seed)
    return Said(moment.act, desk.wording.compose(moment, rng), done(moment.state, moment.act))


def _with_past(desk: Desk, moment: Moment, transcript: Sequence[Turn], seed: str) -> tuple[Moment, Random]:
    """The moment with what was said before, and the chance that the words are chosen by."""
    moment = replace(
        moment,
        requests=desk.manager.needs.requests(moment.state),
        mood=min(map(desk.feelings(moment.state).mood, _customer_texts(transcript)), default=0.0),
        said="\n".join(turn.text for turn in transcript if turn.speaker == "agent"),
    )
    return moment, Random(f"{seed}/{len(moment.state.acts)}")


def _customer_texts(transcript: Sequence[Turn]) -> list[str]:
    return [turn.text for turn in transcript if turn.speaker == "customer"]


def _ended(contact: Contact, state: Dialogue, transcript: Sequence[Turn]) -> Contact:
    ended = transcript[-1].at if transcript else contact.initiated_at
    return contact.model_copy(update={"language": state.language, "ended_at": ended})
