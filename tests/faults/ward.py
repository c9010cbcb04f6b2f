"""A ward of workers that die by chance, or are struck down, and are replaced."""

import multiprocessing
import random
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from callcenter.messaging import Worker
from callcenter.settings import RuntimeSettings
from tests.faults.victim import work

CHANCE = 0.012
"""Of dying before or after each call to the store or the broker: some fifty deaths in a run."""
MOST_STRIKES = 15

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.victim", "tests.faults.talker", "tests.faults.judge", "tests.faults.clerk"])


@dataclass
class Ward:
    """Keeps two victims of each desk alive, and kills one now and then."""

    settings: RuntimeSettings
    dice: random.Random
    desks: Mapping[str, Callable[[], Worker]]
    chance: float = CHANCE
    victims: list[tuple[str, BaseProcess]] = field(default_factory=list)
    deaths: int = 0
    strikes: int = 0

    def open(self) -> None:
        for service in self.desks:
            for _ in range(2):
                self._start(service)

    def tend(self) -> None:
        """Replace the dead."""
        for service, process in tuple(self.victims):
            if not process.is_alive():
                assert process.exitcode == -signal.SIGKILL, f"{service} ended by itself: {process.exitcode}"
                self.deaths += 1
                self.victims.remove((service, process))
                self._start(service)

    def strike(self) -> None:
        """From outside, at any point of its life."""
        if self.strikes < MOST_STRIKES and self.dice.random() < 0.3:
            self.strikes += 1
            self.dice.choice(self.victims)[1].kill()

    def close(self) -> None:
        for _, process in self.victims:
            process.kill()
            process.join()

    def _start(self, service: str) -> None:
        arguments = (self.settings, self.desks[service], self.dice.randrange(2**31), self.chance)
        process = FORKS.Process(target=work, args=arguments, daemon=True)
        process.start()
        self.victims.append((service, process))
