"""What is read back: the requests with their facts and things, and what would come of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callcenter.events import ContactReason, Dialogue, Proposal
from services.agent.facts import spoken as written
from services.agent.phrasebook import Phrasebook
from services.agent.reasons import ContactReasons, Reason
from services.agent.things import divided, in_order


@dataclass(frozen=True)
class ReadBack:
    """The requests of a conversation in words. `currency` as in ISO 4217."""

    reasons: ContactReasons
    say: Phrasebook
    state: Dialogue
    requests: Sequence[Reason]
    currency: str

    def understood(self) -> str:
        """What the request is and would come to, and the facts it stands on; who they are goes without saying."""
        what, would = self._with_facts(), self._would()
        return self.say.would.format(what=what, actions=self.say.listed(would)) if would else what

    def told(self) -> str:
        """What they would hear of what is done, after their yes; empty where nobody knows yet."""
        return " ".join(dict.fromkeys(filter(None, (one.told for one in self._proposals()))))

    def matter(self, reason: ContactReason) -> str:
        """A request, with its thing where others are about another."""
        return f"{self.about(reason.code)} ({self._thing(reason)})" if reason.own else self.about(reason.code)

    def about(self, code: str) -> str:
        """What a kind of request is about."""
        return self.reasons.by_code()[code].about

    def fact(self, name: str, value: str, others: Mapping[str, str]) -> str:
        """A fact with its name, or the thing of the account that it names in the light of the others."""
        return self.label(name, value, others) or f"{self.reasons.slots[name].title} {self.spoken(name, value)}"

    def spoken(self, name: str, value: str) -> str:
        """The value of a fact as one says it."""
        return written(self.reasons.slots[name].kind, value, self.currency)

    def label(self, slot: str, value: str, others: Mapping[str, str]) -> str:
        """A thing of the account as the business says it; empty where it is none that may be shown."""
        thing = self.state.standing.named(slot, value, others) if self.state.standing else None
        return thing.label if thing else ""

    def _would(self) -> list[str]:
        """What would be done, as policy has decided it."""
        said = (self.say.review if one.verdict == "needs_review" else one.words for one in self._proposals())
        return list(dict.fromkeys(filter(None, said)))

    def _proposals(self) -> Sequence[Proposal]:
        standing = self.state.standing
        return standing.proposals if standing and standing.case == self.state.case else ()

    def _with_facts(self) -> str:
        state, parted = self.state, divided(self.state.reasons)
        chosen = [name for name in state.facts if self.reasons.slots[name].kind == "thing"]
        needed = dict.fromkeys([*(name for reason in self.requests for name in reason.needs), *chosen])
        told = [name for name in needed if name in state.facts and name not in (*self.reasons.identity.facts, *parted)]
        known = [self.fact(name, state.facts[name], state.facts) for name in told]
        if not parted:
            about = self.say.listed(reason.about for reason in self.requests)
            if not known:
                return self.say.understood.format(about=about)
            return self.say.understood_with_facts.format(about=about, facts=self.say.listed(known))
        return self.say.understood.format(about="; ".join([*self._matters(), *known]))

    def _matters(self) -> list[str]:
        """Each kind of request with all of its things."""
        reasons = in_order(self.state.reasons)
        things = {code: [self._thing(one) for one in reasons if one.code == code] for code in [r.code for r in reasons]}
        return [
            ", ".join([self.about(code), *filter(None, [self.say.listed(found)])]) for code, found in things.items()
        ]

    def _thing(self, reason: ContactReason) -> str:
        facts = self.state.facts_of(reason)
        return ", ".join(self.fact(name, value, facts) for name, value in reason.own.items())
