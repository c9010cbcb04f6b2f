"""What the agent needs to work for one business."""

from dataclasses import dataclass, field
from functools import cached_property

from callcenter.business import Profile
from callcenter.errors import Permanent
from callcenter.language_model import Rephrasing
from services.agent.conversation.dialogue import Manager
from services.agent.conversation.listening import Listener
from services.agent.customer.memory import Recollection
from services.agent.facts import Extractor
from services.agent.reasons import ContactReasons
from services.agent.understanding import Understanding


@dataclass(frozen=True)
class Desk:
    """One business at the agent's desk; `recollection` is only for the simulated customer, whom only a demo has."""

    profile: Profile
    reasons: ContactReasons
    understanding: Understanding
    extractor: Extractor
    recollection: Recollection | None = None
    rephrasing: Rephrasing = field(default_factory=Rephrasing)

    @cached_property
    def manager(self) -> Manager:
        """What to do next in a conversation."""
        return Manager(self.reasons, self.profile.languages)

    @cached_property
    def listener(self) -> Listener:
        """What a customer turn tells."""
        return Listener(self.profile, self.reasons, self.understanding, self.extractor)

    def memories(self) -> Recollection:
        """What the simulated customer knows; Permanent where there is none."""
        if self.recollection is None:
            raise Permanent("No customer is simulated here, as this is no demo. Ask with mode live, or set DEMO=on.")
        return self.recollection
