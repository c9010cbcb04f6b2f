"""One house that is reached by mail, for all tests that only write to it."""

from collections.abc import AsyncIterator

import pytest

from tests.mail import Reached, reached


@pytest.fixture(scope="session")
async def shop() -> AsyncIterator[Reached]:
    async with reached() as opened:
        yield opened
