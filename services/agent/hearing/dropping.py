"""Which of several requests a customer takes back by its name: `forget the newsletter`, `the refund only`."""

from collections.abc import Iterator

from callcenter.events import ContactReason, Dialogue
from services.agent.hearing.belonging import READ_BACK
from services.agent.hearing.naming import Naming, words
from services.agent.hearing.parts import Part
from services.agent.hearing.several import Several


class Dropping:
    """Reads it for one business and language."""

    def __init__(self, several: Several, naming: Naming) -> None:
        self.several, self._naming = several, naming

    def of(self, state: Dialogue, part: Part) -> list[ContactReason]:
        """The requests that are taken back, while others stay; nothing where it could be all of them."""
        text = part.turn.text.replace("\u2019", "'")
        named = [*self._named(state, text)]
        dropped = {code for code, start, _ in named if self.several.drops(text, start)}
        read_back = state.last_act is not None and state.last_act.kind in READ_BACK
        if dropped or read_back or any(one.acts.says("withdraw") for one in part.sentences):
            only = {code for code, start, end in named if self.several.means_only(text, start, end)}
            dropped = (dropped | {one.code for one in state.reasons if only}) - only
        rest = [one for one in state.reasons if one.code not in dropped]
        return [one for one in state.reasons if one.code in dropped] if rest else []

    def _named(self, state: Dialogue, text: str) -> Iterator[tuple[str, int, int]]:
        """Each word that names one of the open kinds of requests and no other of them, and where it stands."""
        kinds = {one.code for one in state.reasons}
        for word in words(text) if len(kinds) > 1 else ():
            meant = [code for code in kinds if self._naming.speaks_of(code, word.group())]
            if len(meant) == 1:
                yield meant[0], *word.span()
