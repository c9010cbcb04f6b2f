"""The point of a conversation at which the agent speaks."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from callcenter.events import Act, Dialogue, Question
from services.agent import commands as heard
from services.agent.conversation.update import News
from services.agent.reasons import Reason

UPSET = -0.25
"""Mood from which on the agent answers with empathy."""

GLAD = 0.3
"""Mood from which on trouble needs no pity."""


@dataclass(frozen=True)
class Moment:
    """What the agent does, for whom, and what it has just heard."""

    act: Act
    state: Dialogue
    requests: Sequence[Reason] = ()
    mood: float = 0.0
    news: News = field(default_factory=News)
    said: str = ""
    """Everything that the agent said before."""
    follows: bool = False
    """It continues an earlier contact."""
    begun: str | None = None
    """What it has already said in this turn."""

    @property
    def choice(self) -> Question | None:
        """The choice that policy asks for, where that is what the agent does."""
        choice = self.state.choice
        return choice if choice and choice.slot == self.act.slot else None

    @property
    def facts(self) -> dict[str, str]:
        """What is known for the request that it is about, where it is one of several."""
        place = self.act.request
        return self.state.facts if place is None else self.state.facts_of(self.state.reasons[place])

    @property
    def previous(self) -> Act | None:
        """What the agent did before."""
        return self.state.last_act

    @property
    def troubled(self) -> bool:
        """Whether a cheerful word would hurt: something is wrong for them, or they are upset."""
        insulted = self.news.has(heard.Insult)
        return insulted or self.mood <= UPSET or any(request.trouble for request in self.requests)

    @property
    def request_is_new(self) -> bool:
        """The customer has only just told what they need."""
        asked = any(act.kind in ("ask", "confirm", "amend", "offer") for act in self.state.acts)
        return bool(self.requests) and not asked and self.act.kind in ("ask", "confirm", "check")
