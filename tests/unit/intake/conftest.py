"""One embedded house for all tests that only ask it; training the agent takes seconds."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.intake.house import House, open_house


@pytest.fixture(scope="session")
async def house() -> AsyncIterator[House]:
    async with open_house() as opened:
        yield opened
