"""What the customer brings, and what the agent adds: the sections of the dossier up to the end of the conversation."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Literal

from pydantic import AwareDatetime, Field

from callcenter.events.standing import Decision, Question, Standing
from callcenter.events.words import ActKind, Danger, Level, Mode, Persona, Section, Speaker

# --- what the customer brings -----------------------------------------------------------------------------------------


class Verification(Section):
    """Whether the customer is who they say, and how we know (`postcode+date_of_birth`)."""

    verified: bool = False
    method: str | None = None


class MailThread(Section):
    """Of a contact that came by mail: where its answers go, and which mail they answer, after which `references`.

    The address is what the mail says of itself, and no proof of who wrote it. What was attached is named, not kept.
    """

    address: str
    subject: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()


class Contact(Section):
    """One customer interaction as the contact centre counts it; its id is the interaction id.

    `number` is short enough to say on the phone; the ticket number is made from it. `follows` is the ended interaction
    that the customer answered, `unfinished` what was left open there. `client` stands for where it came from: equal for
    what comes from the same client, and nobody's address. `mail` is the newest mail of a contact that came by mail.
    """

    number: int = Field(ge=1)
    channel: str = "web"
    initiation_method: str = "inbound"
    customer_id: str | None = None
    verified: Verification = Verification()
    language: str = "en"
    initiated_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    follows: str | None = None
    unfinished: "Unfinished | None" = None
    client: str | None = None
    mail: MailThread | None = None


class Request(Section):
    """What was asked, of which business; `seed` makes a simulated conversation repeatable.

    `live`: a person goes on talking with the agent, and may have opened the conversation without a word.
    """

    business: str
    text: str
    mode: Mode = "simulated"
    seed: int = 0
    persona: Persona | None = None


# --- what the agent adds ----------------------------------------------------------------------------------------------


class Turn(Section):
    """One utterance; `turn` counts from 0. `message_id` is the client's own name for a message it sent.

    `by` names the person, where a `human_agent` speaks.
    """

    turn: int
    at: AwareDatetime
    speaker: Speaker
    text: str
    message_id: str | None = None
    by: str | None = None


class Evidence(Section):
    """Where something was said: characters `start` to `end` of a customer turn."""

    turn: int
    start: int
    end: int


class Entity(Section):
    """A fact that the customer stated, as text in its normal form, with where it was said."""

    name: str
    value: str
    type: str
    evidence: Evidence
    confidence: float = Field(ge=0, le=1)
    extractor: str


class ContactReason(Section):
    """Why the customer contacted us, from the closed vocabulary of the business.

    `impact` and `queue` come from the business, so that no later desk has to read the vocabulary. Who `asks` in general
    wants an answer, and nothing done; nor does who `follows_up`, and asks what became of it. Its `entities` are the
    facts that are its own, where other requests of the same contact have others: which order to cancel, while another
    one is asked about.
    """

    code: str
    title: str
    path: str
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    impact: Level = "medium"
    queue: str = "general"
    identity_required: bool = False
    asks: Literal["request", "question"] = "request"
    follows_up: bool = False
    entities: tuple[Entity, ...] = ()

    @property
    def own(self) -> dict[str, str]:
        """The facts that are its own, by name."""
        return {entity.name: entity.value for entity in self.entities}


class Unfinished(Section):
    """What an ended interaction could not decide for want of facts: the requests, and what was said for all of them.

    Where it decided on all, they are here as those that a customer `follows_up`.
    """

    reasons: tuple[ContactReason, ...]
    entities: tuple[Entity, ...] = ()


class MissingFact(Section):
    """A fact that was asked for and not obtained, and why."""

    name: str
    why: str


class Act(Section):
    """What one agent turn does; `slot` is the fact it asks for, `again` that it did so before.

    `request` is the place among the contact reasons of the one that it asks for, where each needs a fact of its own;
    `things` are those of the account that it asks to choose among, in their order.
    """

    kind: ActKind
    slot: str | None = None
    again: bool = False
    request: int | None = None
    things: tuple[str, ...] = ()


class Pending(Section):
    """An agent turn that waits for what policy says: the act it was about to do, and the words it has begun with."""

    act: Act
    words: str = ""


class Settled(Section):
    """A request that was decided while the contact went on: with all facts that were said for it, and what was decided.

    `upto` counts the turns of the transcript by then.
    """

    reason: ContactReason
    decision: Decision
    upto: int


class Reader(Section):
    """What understood the customer in a turn: an engine, and the model it answers from."""

    engine: str
    model: str | None = None


class Dialogue(Section):
    """The state of the conversation: what was done and what is known, enough to go on from after any interruption.

    `heard` counts the turns of the transcript that are in it; `confirmed`: what was read back last was agreed to;
    `refused`, how often the customer did not accept what was about to be done; `declined`, the contact reasons that
    must not be acted upon, as they said; `left_out`, the same of one thing among several (not this order); `unsettled`,
    facts that they gave several values for; `returned`, how often policy sent the conversation back with a question;
    `readers`, who understood the customer, each once; `earlier`: they spoke of an earlier contact; `for_another`: the
    account is somebody else's, as they said; `standing`, what policy said of it before it was agreed; `settled`, the
    requests before, after which the contact went on: all else is about those that are open now. Signals of a single
    turn (`insulted`, `wants_person`, `withdrawn`) are only in records of older versions.
    """

    acts: tuple[Act, ...] = ()
    reasons: tuple[ContactReason, ...] = ()
    entities: tuple[Entity, ...] = ()
    missing: tuple[MissingFact, ...] = ()
    language: str = "en"
    insulted: bool = False
    wants_person: bool = False
    withdrawn: bool = False
    confirmed: bool = False
    refused: int = 0
    returned: int = 0
    heard: int = 0
    declined: tuple[str, ...] = ()
    left_out: tuple[ContactReason, ...] = ()
    unsettled: tuple[str, ...] = ()
    danger: Danger | None = None
    earlier: bool = False
    for_another: bool = False
    readers: tuple[Reader, ...] = ()
    standing: Standing | None = None
    settled: tuple[Settled, ...] = ()

    @property
    def last_act(self) -> Act | None:
        """What the agent did last."""
        return self.acts[-1] if self.acts else None

    @property
    def over(self) -> bool:
        """Whether all that they wanted was settled, and nothing is open."""
        return bool(self.settled) and not self.reasons

    @property
    def stuck(self) -> bool:
        """Whether a person was given for want of a fact that the customer could not tell."""
        return bool(self.acts) and self.acts[-1].kind == "hand_over" and self.acts[-1].slot is not None

    @property
    def expects(self) -> str | None:
        """The fact that the agent has just asked for."""
        return self.acts[-1].slot if self.acts else None

    @property
    def offered(self) -> tuple[str, ...]:
        """The things of the account that the open question lets them choose among."""
        return self.acts[-1].things if self.acts else ()

    @property
    def facts(self) -> dict[str, str]:
        """What the customer stated, by name; where they said several values, the last one counts."""
        return {entity.name: entity.value for entity in self.entities}

    @property
    def choice(self) -> Question | None:
        """What policy asks them to choose among, while the case is the one that it asks about."""
        question = self.standing.question if self.standing and self.standing.case == self.case else None
        return question if question and question.things else None

    @property
    def case(self) -> str:
        """A key that changes with what was stated: the requests with their own facts, and all other facts."""
        requests = [(reason.code, reason.asks, sorted(reason.own.items())) for reason in self.reasons]
        return blake2b(repr((requests, sorted(self.facts.items()))).encode(), digest_size=8).hexdigest()

    def facts_of(self, reason: ContactReason) -> dict[str, str]:
        """What one of the requests stands on."""
        return facts_of(reason, self.reasons, self.facts)


def facts_of(reason: ContactReason, reasons: Iterable[ContactReason], shared: Mapping[str, str]) -> dict[str, str]:
    """What one of several requests stands on: its own facts, and what was said for all; not what is another's own."""
    others = {name for one in reasons for name in one.own}
    return {name: value for name, value in shared.items() if name not in others} | reason.own


class Sentiment(Section):
    """Mood of the customer at the first and the last turn, from -1 (very negative) to 1 (very positive)."""

    start: float = Field(ge=-1, le=1)
    end: float = Field(ge=-1, le=1)


class Understanding(Section):
    """Which engine understood the customer, trained on which version of the business; several are joined by `+`."""

    engine: str
    model: str | None = None
    business_version: str
    persona: str | None = None
