"""The port of the understanding: anything that ranks the reasons of a business by how well they fit a text."""

from collections.abc import Sequence
from typing import Protocol

OUT_OF_SCOPE = ""
Ranked = list[tuple[str, float]]


class Engine(Protocol):
    """`name` and `model` go into the record, so that it tells what understood the customer."""

    @property
    def name(self) -> str:
        """Which engine answers: standard or lite."""

    @property
    def model(self) -> str | None:
        """What it answers from, with a hash of it where there is one."""

    async def rank(self, texts: Sequence[str]) -> list[Ranked]:
        """For each text all codes with their probability for a text in scope, the likeliest first.

        OUT_OF_SCOPE is one of them, with the probability that the text is none of the business.
        """
