"""One door for all tests that leave it as it is."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.access.house import Door, open_door


@pytest.fixture(scope="module")
async def door() -> AsyncIterator[Door]:
    async with open_door() as opened:
        yield opened
