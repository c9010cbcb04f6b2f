"""What the agent needs to work for one business."""

from dataclasses import dataclass, field
from functools import cached_property

from callcenter.business import Profile
from callcenter.language_model import Rephrasing
from services.agent.conversation.dialogue import Manager
from services.agent.conversation.listening import Listener
from services.agent.customer.memory import Recollection
from services.agent.facts import Extractor
from services.agent.reasons import ContactReasons
from services.agent.understanding import Understanding


@dataclass(frozen=True)
class Desk:
    """One business at the agent's desk; `recollection` is only for the simulated customer."""

    profile: Profile
    reasons: ContactReasons
    understanding: Understanding
    extractor: Extractor
    recollection: Recollection
    rephrasing: Rephrasing = field(default_factory=Rephrasing)

    @cached_property
    def manager(self) -> Manager:
        """What to do next in a conversation."""
        return Manager(self.reasons, self.profile.languages)

    @cached_property
    def listener(self) -> Listener:
        """What a customer turn tells."""
        return Listener(self.profile, self.reasons, self.understanding, self.extractor)
