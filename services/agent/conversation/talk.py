"""One step of a conversation: what the customer said since the agent last spoke goes in, one agent turn comes out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from callcenter.errors import TooMuchWork
from callcenter.events import Act, Contact, Dialogue, InteractionRequested, Question, Sentiment, Turn
from callcenter.events import Understanding as Understood
from callcenter.telemetry import emit
from callcenter.work import InSteps
from services.agent.conversation import sentiment
from services.agent.conversation.desk import Desk
from services.agent.conversation.dialogue import FINAL, done
from services.agent.conversation.listening import Heard
from services.agent.conversation.wording import Moment, Wording

LONGEST_READING = 2.0
"""Seconds of processor time for what a customer wrote; some hundredths are usual."""

_READINGS = 2
"""How often a text is tried that takes longer."""


@dataclass(frozen=True)
class Said:
    """What the agent did, in which words, and its mind after it."""

    act: Act
    text: str
    mind: Dialogue

    @property
    def final(self) -> bool:
        """Whether the conversation is over with it."""
        return self.act.kind in FINAL


async def answer(desk: Desk, mind: Dialogue, transcript: Sequence[Turn], seed: str) -> Said:
    """The agent's next turn; the same seed and the same conversation so far give the same words.

    What cannot be read within the limit of work goes to a person, as what cannot be understood.
    """
    heard = await _heard(desk, mind, transcript)
    if heard is None:
        unread = mind.model_copy(update={"heard": len(transcript)})
        return _say(desk, Moment(Act(kind="unclear"), unread), transcript, seed)
    mind, news = desk.manager.take_in(mind, heard)
    said = _say(desk, Moment(desk.manager.next_act(mind, heard), mind, news=news), transcript, seed)
    return replace(said, text=await desk.rephrasing.put(said.text))


def time_out(desk: Desk, mind: Dialogue, transcript: Sequence[Turn], seed: str) -> Said:
    """The agent's last word to a customer who says nothing more."""
    return _say(desk, Moment(Act(kind="time_out"), mind), transcript, seed)


def question(mind: Dialogue, asked: Question) -> Said:
    """What policy still has to know, in the words of the business."""
    act = Act(kind="ask", slot=asked.slot, again=True)
    return Said(act, asked.text, done(mind.model_copy(update={"returned": mind.returned + 1}), act))


def held(
    desk: Desk, event: InteractionRequested, mind: Dialogue, transcript: Sequence[Turn], persona: str | None
) -> dict[str, Any]:
    """The sections of ConversationHeld, once the conversation is over."""
    manager, texts = desk.manager, _customer_texts(transcript) or [""]
    main, *further = mind.reasons or (None,)
    engine = desk.understanding.engine
    return {
        "contact": _ended(event.contact, mind, transcript),
        "transcript": tuple(transcript),
        "outcome": manager.outcome(mind),
        "contact_reason": main,
        "secondary_reasons": tuple(further),
        "entities": mind.entities,
        "missing": manager.missing(mind),
        "sentiment": Sentiment(start=sentiment.mood(texts[0]), end=sentiment.mood(texts[-1])),
        "urgency": sentiment.urgency(texts),
        "understanding": Understood(
            engine=engine.name, model=engine.model, business_version=desk.profile.version, persona=persona
        ),
        "dialogue": mind,
    }


async def _heard(desk: Desk, mind: Dialogue, transcript: Sequence[Turn]) -> Heard | None:
    """What the customer said; None where reading it took too much work each time."""
    for _ in range(_READINGS):
        try:
            return await InSteps(desk.listener.hear(mind, transcript), LONGEST_READING)
        except TooMuchWork as stopped:
            why = str(stopped)
    emit("text_unread", service="agent", tries=_READINGS, why=why)
    return None


def _say(desk: Desk, moment: Moment, transcript: Sequence[Turn], seed: str) -> Said:
    moment = replace(
        moment,
        requests=desk.manager.requests(moment.mind),
        mood=min(map(sentiment.mood, _customer_texts(transcript)), default=0.0),
        said="\n".join(turn.text for turn in transcript if turn.speaker == "agent"),
    )
    rng = Random(f"{seed}/{len(moment.mind.acts)}")
    text = Wording(desk.profile, desk.reasons).compose(moment, rng)
    return Said(moment.act, text, done(moment.mind, moment.act))


def _customer_texts(transcript: Sequence[Turn]) -> list[str]:
    return [turn.text for turn in transcript if turn.speaker == "customer"]


def _ended(contact: Contact, mind: Dialogue, transcript: Sequence[Turn]) -> Contact:
    return contact.model_copy(update={"language": mind.language, "ended_at": transcript[-1].at})
