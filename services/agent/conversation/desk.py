"""What the agent needs to work for one business."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from callcenter.business import Profile
from callcenter.errors import Permanent
from callcenter.events import Dialogue
from callcenter.language_model import ChatServer, Rephrasing
from services.agent.commands import Understander
from services.agent.conversation.dialogue import Manager
from services.agent.conversation.looking import Account
from services.agent.conversation.wording import Wording
from services.agent.customer.memory import Recollection
from services.agent.facts import Extractor
from services.agent.hearing import ClassifyingUnderstander, LanguagePack, LlmUnderstander
from services.agent.hearing.sentiment import Feelings
from services.agent.languages import HelpLines
from services.agent.reasons import ContactReasons
from services.agent.understanding import Understanding


@dataclass(frozen=True)
class Desk:
    """One business at the agent's desk, with the languages that it serves by their code.

    `recollection` is only for the simulated customer, whom only a demo has. `language_model`, where there is one, is
    asked what customers mean.
    """

    profile: Profile
    reasons: ContactReasons
    understanding: Understanding
    languages: Mapping[str, LanguagePack]
    extractor: Extractor
    recollection: Recollection | None = None
    help_lines: HelpLines = field(default_factory=HelpLines)
    language_model: ChatServer | None = None
    rephrasing: Rephrasing = field(default_factory=Rephrasing)

    @cached_property
    def manager(self) -> Manager:
        """What to do next in a conversation."""
        return Manager(self.reasons, self.profile.languages)

    @cached_property
    def understander(self) -> Understander:
        """What a customer turn means, as commands."""
        own = ClassifyingUnderstander(self.profile, self.reasons, self.understanding, self.extractor, self.languages)
        if self.language_model is None:
            return own
        return LlmUnderstander(own, self.language_model, self.profile, self.reasons)

    @cached_property
    def account(self) -> Account:
        """What a customer points at in their account."""
        return Account(self.profile, self.reasons, self.extractor)

    @cached_property
    def wording(self) -> Wording:
        """How the agent says what it does."""
        phrasebooks = {code: pack.phrases for code, pack in self.languages.items()}
        return Wording(self.profile, self.reasons, phrasebooks, self.help_lines)

    def opening(self) -> Dialogue:
        """A conversation before its first word, in the first language of the business."""
        return Dialogue(language=self.profile.languages[0])

    def pack(self, state: Dialogue) -> LanguagePack:
        """The language of a conversation, or else the first of the business."""
        return self.languages.get(state.language) or self.languages[self.profile.languages[0]]

    def feelings(self, state: Dialogue) -> Feelings:
        """Mood and hurry in that language."""
        return self.pack(state).feelings

    def memories(self) -> Recollection:
        """What the simulated customer knows; Permanent where there is none."""
        if self.recollection is None:
            raise Permanent("No customer is simulated here, as this is no demo. Ask with mode live, or set DEMO=on.")
        return self.recollection
