"""What was agreed with a customer, as it is remembered, told and seen by rules."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from pydantic import AwareDatetime, JsonValue

from callcenter.events import ConversationHeld, Decision, Settled
from callcenter.events.words import Section
from callcenter.storage.agreements import Entry
from callcenter.ticket_numbers import is_said
from services.policy.identity import normal
from services.policy.wording import Say, action_in_words, spoken

STUCK = timedelta(hours=1)
"""After which an agreement without a ticket waits for nobody: a ticket follows within seconds."""


class Agreement(Section):
    """An action that was agreed; without one, a contact whose ticket people work on.

    `about` is the thing by slot, `title` that of the contact reason, `own` what tells its request from others of one
    kind, as in `Decision.about`. Ticket and `due` come a little later, and `done` where a machine carried it out. `saw`
    are the keys of what was under way when it was agreed.
    """

    action: str | None = None
    about: dict[str, str] = {}
    own: dict[str, str] = {}
    amount: Decimal | None = None
    parameters: dict[str, JsonValue] = {}
    title: str
    interaction_id: str
    at: AwareDatetime
    until: AwareDatetime
    ticket: str | None = None
    due: AwareDatetime | None = None
    done: AwareDatetime | None = None
    saw: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Equal where the same action on the same thing was agreed, for the same amount, with the same parameters."""
        if self.action is None:
            return f"ticket {self.ticket}"
        about = sorted((slot, normal(slot, value)) for slot, value in self.about.items())
        how = [self.parameters] if self.parameters else []
        return json.dumps([self.action, about, str(self.amount), *how], sort_keys=True)

    @property
    def entry(self) -> Entry:
        """As it is kept."""
        return Entry(self.key, self.interaction_id, self.until, self.model_dump_json())

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """As it was kept."""
        return cls.model_validate_json(entry.body)

    @classmethod
    def settled(cls, one: Settled, event: ConversationHeld, now: datetime) -> Self:
        """What was agreed to earlier in the same contact; no ticket of it is known yet."""
        decision, action = one.decision, one.decision.action
        return cls(
            action=action and action.name,
            about=decision.about,
            own=decision.about,
            amount=action and action.amount,
            parameters=action.parameters if action else {},
            title=one.reason.title,
            interaction_id=event.interaction_id,
            at=now,
            until=now + STUCK,
            done=decision.carried_out.at if decision.carried_out and decision.carried_out.state == "done" else None,
        )

    def late(self, now: datetime) -> bool:
        """Whether it should have been done by now, and is not."""
        return self.done is None and now > (self.due or self.at + STUCK)

    def is_named_in(self, text: str) -> bool:
        """Whether a text says its ticket number, also as `ret 1241`."""
        return is_said(self.ticket or "", text)

    def is_about(self, said: Mapping[str, str]) -> bool:
        """Whether it is about a thing that was said, and about no other."""
        spoken = {slot: value for slot, value in self.about.items() if slot in said}
        return bool(spoken) and all(normal(slot, said[slot]) == normal(slot, value) for slot, value in spoken.items())

    def is_made_by(self, decision: Decision) -> bool:
        """Whether it is what a decision of its own contact agreed to."""
        made = decision.action
        mine = (self.action, self.amount, self.parameters, self.own)
        return made is not None and mine == (made.name, made.amount, made.parameters, decision.about)

    def seen(
        self, now: datetime, words: Mapping[str, str], say: Say, beside: Sequence["Agreement"] = ()
    ) -> dict[str, Any]:
        """The facts that rules and sentences read; what is not known is not there. Days are those where `now` is.

        They are told together with those that were agreed `beside` it, in the same contact.
        """
        together = (self, *beside)
        facts, late, done = self._facts(now), any(one.late(now) for one in together), all(one.done for one in together)
        actions = dict.fromkeys(one._action(now, words, say) for one in together)
        told = self._told(facts if done else {**facts, "done_on": None}, " and ".join(actions), say)
        known = {name: fact for name, fact in facts.items() if fact is not None}
        return known | {"late": late, "done": done, "told": told}

    def _facts(self, now: datetime) -> dict[str, Any]:
        times = {"on": self.at, "due": self.due, "done_on": self.done}
        days = {name: at and at.astimezone(now.tzinfo).date() for name, at in times.items()}
        return self.model_dump(include={"action", "about", "amount", "title", "ticket"}) | days

    def _told(self, facts: Mapping[str, Any], action: str, say: Say) -> str:
        """`On November 30 we agreed to refund $129.00 for order 48213: ticket RET-1241, to be done by December 2`."""
        done_on = facts["done_on"]
        due = f"to be done by {say(facts['due'])}" if self.due and not done_on else ""
        if self.action is None:
            return ", ".join(filter(None, [f"Ticket {self.ticket} of {say(facts['on'])} ({self.title}) is open", due]))
        ticket = f"ticket {self.ticket}" if self.ticket else ""
        where = ", ".join(filter(None, [ticket, due]))
        done = f", and it was done {'that day' if done_on == facts['on'] else f'on {say(done_on)}'}" if done_on else ""
        agreed = f"On {say(facts['on'])} we agreed to {action}{done}"
        return f"{agreed}: {where}" if where else agreed

    def _action(self, now: datetime, words: Mapping[str, str], say: Say) -> str:
        return action_in_words(
            str(self.action), words, {**self._facts(now), **self.about, **spoken(self.parameters)}, say
        )


@dataclass(frozen=True)
class Past:
    """What was agreed with the customer in other contacts and has not ended, the newest first, and how it is told.

    `named` is what has the ticket whose number they said: one for each thing of that contact.
    """

    agreements: tuple[Agreement, ...]
    now: datetime
    words: Mapping[str, str]
    say: Say
    named: tuple[Agreement, ...] = ()

    @classmethod
    def before(
        cls, event: ConversationHeld, remembered: Iterable[Agreement], now: datetime, words: Mapping[str, str], say: Say
    ) -> Self:
        """The past of a contact: of what it agrees to itself only what was settled, of others nothing after that."""
        settled = [Agreement.settled(one, event, now) for one in event.settled if one.decision.action]
        lasting = [one for one in remembered if one.until > now and one.key not in {same.key for same in settled}]
        mine = [one for one in lasting if one.interaction_id == event.interaction_id and one.action]
        others = (*settled, *(one for one in lasting if one.interaction_id != event.interaction_id))
        seen = (one for one in others if not mine or one in settled or one.key in mine[0].saw)
        agreements = tuple(sorted(sorted(seen, key=lambda one: one.key), key=lambda one: one.at, reverse=True))
        said = "\n".join(turn.text for turn in event.transcript if turn.speaker == "customer")
        named = [one for one in agreements if one.is_named_in(said)]
        return cls(agreements, now, words, say, tuple(one for one in named if one.ticket == named[0].ticket))

    @property
    def facts(self) -> dict[str, Any]:
        """What rules see: the actions under way, and the ticket whose number the customer said."""
        under_way = [self.view(one) for one in self.agreements if one.action]
        return {"under_way": under_way} | ({"named_ticket": self.view(*self.named)} if self.named else {})

    def earlier(self, agreed: Agreement) -> Agreement | None:
        """What is the same, and was agreed before."""
        return next((one for one in self.agreements if one.key == agreed.key), None)

    def named_for(self, said: Mapping[str, str]) -> tuple[Agreement, ...]:
        """What has the ticket that was named: of several things the one that was said, else all of them."""
        return tuple(one for one in self.named if one.is_about(said)) or self.named

    def view(self, one: Agreement, *beside: Agreement) -> dict[str, Any]:
        """One of them as rules and sentences see it, told together with others of its contact."""
        return one.seen(self.now, self.words, self.say, beside)
