"""Fixtures for every test: real servers, started once per session and only when a test asks for one."""

import contextlib
import signal
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.brokers import Backend, MissingBackend, PostgreSQL, RabbitMQ, Redis, choose, postgresql

BACKEND = pytest.StashKey[Backend | str]()
VERSIONS = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[VERSIONS] = []
    try:
        config.stash[BACKEND] = choose()
    except MissingBackend as sentence:
        config.stash[BACKEND] = str(sentence)
    # By default SIGTERM ends Python at once, and the servers would live on.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))


def pytest_report_header(config: pytest.Config) -> str:
    backend = config.stash[BACKEND]
    return "servers: " + (f"none. {backend}" if isinstance(backend, str) else backend.describe())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if versions := config.stash[VERSIONS]:
        terminalreporter.write_line(f"servers used: {', '.join(versions)}")


@pytest.fixture(scope="session")
def backend(pytestconfig: pytest.Config) -> Backend:
    """Where the servers run. Without one a test fails: it is never skipped."""
    backend = pytestconfig.stash[BACKEND]
    if isinstance(backend, str):
        pytest.fail(backend, pytrace=False)
    return backend


@pytest.fixture(scope="session")
def _broker(backend: Backend, pytestconfig: pytest.Config) -> Iterator[RabbitMQ]:
    with backend.rabbitmq() as server:
        pytestconfig.stash[VERSIONS].append(f"RabbitMQ {server.version}")
        yield server


@pytest.fixture(scope="session")
def _redis_server(backend: Backend, pytestconfig: pytest.Config) -> Iterator[Redis]:
    with backend.redis() as server:
        pytestconfig.stash[VERSIONS].append(f"Redis {server.version}")
        yield server


@pytest.fixture(scope="session")
def _database(pytestconfig: pytest.Config) -> Iterator[PostgreSQL]:
    with contextlib.ExitStack() as ends:
        try:
            server = ends.enter_context(postgresql())
        except MissingBackend as sentence:
            pytest.fail(str(sentence), pytrace=False)
        pytestconfig.stash[VERSIONS].append(f"PostgreSQL {server.version}")
        yield server


@pytest.fixture
def broker(_broker: RabbitMQ, namespace: str) -> Iterator[RabbitMQ]:
    """The session's RabbitMQ; up again after the test, without the queues of the test's namespace."""
    yield _broker
    _broker.start()
    _broker.forget(namespace)


@pytest.fixture
def redis_server(_redis_server: Redis) -> Iterator[Redis]:
    """The session's Redis; up again after the test."""
    yield _redis_server
    _redis_server.start()


@pytest.fixture
def database(_database: PostgreSQL) -> Iterator[PostgreSQL]:
    """The session's PostgreSQL; up again after the test."""
    yield _database
    _database.start()


@pytest.fixture
def amqp_url(broker: RabbitMQ) -> str:
    return broker.url


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    return redis_server.url


@pytest.fixture
def namespace() -> str:
    """First part of every queue, exchange and key name of one test, so that tests do not meet."""
    return f"t{uuid4().hex[:12]}"
