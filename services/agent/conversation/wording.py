"""How the agent puts it: what is new, a word for the mood, and one question; no sentence twice in a conversation."""

from collections.abc import Mapping
from random import Random

from callcenter.business import Profile
from services.agent.conversation.composing import Composer
from services.agent.conversation.moment import Moment
from services.agent.languages import HelpLines
from services.agent.phrasebook import Phrasebook
from services.agent.reasons import ContactReasons


class Wording:
    """Composes agent turns for one business, in the language of the conversation or else the first of the business.

    `rng` chooses among sentences that mean the same.
    """

    def __init__(
        self,
        profile: Profile,
        reasons: ContactReasons,
        phrasebooks: Mapping[str, Phrasebook],
        help_lines: HelpLines | None = None,
    ) -> None:
        self._profile, self._reasons, self._help_lines = profile, reasons, help_lines or HelpLines()
        self._phrasebooks = phrasebooks

    def compose(self, moment: Moment, rng: Random) -> str:
        """The text of one agent turn."""
        return self._composer(moment, rng).text()

    def begin(self, moment: Moment, rng: Random) -> str:
        """The words with which a turn begins: to what was just heard, before anything else is known."""
        return self._composer(moment, rng).begun()

    def choices(self, moment: Moment, rng: Random) -> str:
        """The things of the account that they may choose among."""
        return self._composer(moment, rng).choices()

    def _composer(self, moment: Moment, rng: Random) -> Composer:
        say = self._phrasebooks.get(moment.state.language) or self._phrasebooks[self._profile.languages[0]]
        return Composer(self._profile, self._reasons, say, self._help_lines, moment, rng=rng)
