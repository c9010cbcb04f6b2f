"""The switchboard in memory, with the promises of the one on Redis, but for durability."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence


class MemorySwitchboard:
    """See Switchboard. Single event loop; nothing survives the process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._duty: defaultdict[str, dict[str, tuple[Sequence[str], float]]] = defaultdict(dict)
        self._noted: set[str] = set()

    async def sign_on(self, business: str, name: str, queues: Sequence[str], seconds: float) -> None:
        """See Switchboard.sign_on."""
        self._duty[business][name] = (tuple(queues), self.clock() + seconds)

    async def sign_off(self, business: str, name: str) -> None:
        """See Switchboard.sign_off."""
        self._duty[business].pop(name, None)

    async def on_duty(self, business: str) -> Mapping[str, Sequence[str]]:
        """See Switchboard.on_duty."""
        there = {name: one for name, one in self._duty[business].items() if one[1] > self.clock()}
        self._duty[business] = there
        return {name: queues for name, (queues, _) in there.items()}

    async def note(self, interaction_id: str) -> None:
        """See Switchboard.note."""
        self._noted.add(interaction_id)

    async def forget(self, interaction_id: str) -> None:
        """See Switchboard.forget."""
        self._noted.discard(interaction_id)

    async def noted(self) -> list[str]:
        """See Switchboard.noted."""
        return sorted(self._noted)

    async def close(self) -> None:
        """Nothing to release."""
