"""Fixtures of the fault tests: a runtime of our own on the real servers."""

from collections.abc import AsyncIterator

import pytest

from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings


@pytest.fixture
async def runtime(amqp_url: str, redis_url: str, namespace: str) -> AsyncIterator[Runtime]:
    settings = RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, drain_timeout=2)
    async with Runtime.distributed(settings) as made:
        yield made
