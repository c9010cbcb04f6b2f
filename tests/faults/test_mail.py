"""Processes that deliver mails are killed in the middle of it: every mail arrives, and a double can be told."""

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

from callcenter.events import utc_now
from callcenter.settings import RuntimeSettings
from callcenter.storage.post import Letter, RedisPost
from tests.faults.carrier import carry
from tests.faults.ward import FORKS
from tests.mail import receiving
from tests.waiting import until

LETTERS = 60
SEED = int(os.environ.get("FAULT_SEED", "20261130"))
CHANCE = 0.06
DEATHS = 8
"""That there have to be, for the test to say something."""


class Carriers:
    """Two processes at once; whoever dies is replaced."""

    def __init__(self, settings: RuntimeSettings, url: str, dice: random.Random) -> None:
        self.settings, self.url, self.dice = settings, url, dice
        self.alive: list[BaseProcess] = []
        self.deaths = 0

    def tend(self) -> None:
        for process in tuple(self.alive):
            if not process.is_alive():
                assert process.exitcode == -signal.SIGKILL, f"it ended by itself: {process.exitcode}"
                self.deaths += 1
                self.alive.remove(process)
        while len(self.alive) < 2:
            arguments = (self.settings, self.url, self.dice.randrange(2**31), CHANCE)
            self.alive.append(FORKS.Process(target=carry, args=arguments, daemon=True))
            self.alive[-1].start()

    def close(self) -> None:
        for process in self.alive:
            process.kill()
            process.join()


@contextmanager
def _carried(settings: RuntimeSettings, url: str, dice: random.Random) -> Iterator[Carriers]:
    carriers = Carriers(settings, url, dice)
    try:
        yield carriers
    finally:
        carriers.close()


async def test_every_mail_arrives_though_those_who_carry_it_die(redis_url: str, namespace: str) -> None:
    dice, post = random.Random(SEED), RedisPost(redis_url, namespace)
    settings = RuntimeSettings(redis_url=redis_url, namespace=namespace)
    contacts = [f"{number:036d}" for number in range(LETTERS)]
    moody = random.Random(SEED)

    async def settled() -> bool:
        carriers.tend()
        states = [one.state for contact in contacts for one in await post.of(contact)]
        assert "failed" not in states
        return states == ["sent"] * LETTERS and carriers.deaths >= DEATHS

    for contact in contacts:
        await post.put(Letter(contact, "turn-1", "retail", "dana@customer.example", "Re: parcel", contact), utc_now())
    async with receiving(lambda *_: "451 busy" if moody.random() < 0.3 else None) as receiver:
        with _carried(settings, receiver.url, dice) as carriers:
            await until(settled, 240, 0.1)
    names = Counter(str(mail["Message-ID"]) for mail in receiver.taken)
    assert len(names) == LETTERS, "a mail that was sent twice has one name"
    assert {mail.get_content().split()[0] for mail in receiver.taken} == set(contacts)
    print(f"{carriers.deaths} deaths, {len(receiver.taken) - LETTERS} doubles, {receiver.asked} attempts")
    await post.close()
