"""Runs workers: on RabbitMQ and Redis, or all in one process; with health checks, signals and an orderly end."""

import asyncio
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from callcenter import in_force, telemetry
from callcenter.access.opening import first_staff, openable
from callcenter.access.registry import Access, Sessions
from callcenter.errors import BusinessError, SettingsError, Unavailable
from callcenter.events import utc_now
from callcenter.http.hosts import Hosts
from callcenter.http.server import Config, Limits
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.pipeline import Pipeline
from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.transport import Consumer, Transport
from callcenter.messaging.worker import Worker
from callcenter.settings import BusinessSettings, DemoSettings, RuntimeSettings
from callcenter.storage.access import AccessStore, MemoryAccess, RedisAccess
from callcenter.storage.agreements import Agreements, MemoryAgreements, RedisAgreements
from callcenter.storage.audit import Audit, MemoryAudit, RedisAudit
from callcenter.storage.book import MemoryBook, RedisBook, TicketBook
from callcenter.storage.counters import Counters, MemoryCounters, RedisCounters
from callcenter.storage.memory import MemoryStore
from callcenter.storage.post import MemoryPost, Post, RedisPost
from callcenter.storage.protocol import Store
from callcenter.storage.redis import RedisStore
from callcenter.storage.switchboard import MemorySwitchboard, RedisSwitchboard, Switchboard

READY_TIMEOUT = 0.8
"""Seconds that a readiness check may take; a server that is slower is as good as away."""


@dataclass
class Runtime:
    """What workers stand on: stores, transport, limits. Use it as `async with`; at the end it drains."""

    settings: RuntimeSettings
    store: Store
    transport: Transport
    book: TicketBook = field(default_factory=MemoryBook)
    agreements: Agreements = field(default_factory=MemoryAgreements)
    audit: Audit = field(default_factory=MemoryAudit)
    people: AccessStore = field(default_factory=MemoryAccess)
    counters: Counters = field(default_factory=MemoryCounters)
    switchboard: Switchboard = field(default_factory=MemorySwitchboard)
    post: Post = field(default_factory=MemoryPost)
    draining: asyncio.Event = field(default_factory=asyncio.Event)
    consumers: list[Consumer] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    access: Access | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.settings.auth:
            sessions = Sessions(self.settings.session_idle, self.settings.session_longest)
            self.access = Access(self.people, self.store.secret, sessions, utc_now)

    @classmethod
    def distributed(cls, settings: RuntimeSettings) -> Self:
        """On RabbitMQ and Redis."""
        store = RedisStore(settings.record_store, settings.namespace, settings.retention_hours)
        transport = RabbitTransport(settings.broker, settings.namespace, settings.retry_ladder, settings.bundle)
        book = RedisBook(settings.record_store, settings.namespace, settings.retention_hours)
        agreements = RedisAgreements(settings.record_store, settings.namespace)
        audit = RedisAudit(settings.record_store, settings.namespace)
        people = RedisAccess(settings.record_store, settings.namespace)
        counters = RedisCounters(settings.record_store, settings.namespace)
        switchboard = RedisSwitchboard(settings.record_store, settings.namespace)
        post = RedisPost(settings.record_store, settings.namespace, settings.retention_hours)
        return cls(settings, store, transport, book, agreements, audit, people, counters, switchboard, post)

    @classmethod
    def embedded(cls, settings: RuntimeSettings) -> Self:
        """In this process alone; nothing survives it."""
        store, book = MemoryStore(settings.retention_hours), MemoryBook(settings.retention_hours)
        people, post = MemoryAccess(first_staff(settings)), MemoryPost(settings.retention_hours)
        return cls(settings, store, MemoryTransport(), book, people=people, post=post)

    async def __aenter__(self) -> Self:
        await self.store.open()
        await self.transport.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.draining.set()
        await asyncio.gather(*(consumer.drain(self.settings.drain_timeout) for consumer in self.consumers))
        for worker in self.workers:
            await worker.release()
        await self.transport.close()
        await self.store.close()
        await self.book.close()
        await self.agreements.close()
        await self.audit.close()
        await self.people.close()
        await self.counters.close()
        await self.switchboard.close()
        await self.post.close()

    async def add(self, worker: Worker) -> None:
        """Let this worker take its events from now on."""
        self.workers.append(worker)
        await worker.prepare()
        pipeline = Pipeline(
            worker,
            self.store,
            self.transport,
            handler_timeout=self.settings.handler_timeout,
            work_limit=self.settings.work_limit,
            ladder=self.settings.retry_ladder,
        )
        types = [event.__name__ for event in worker.subscriptions]
        self.consumers.append(await self.transport.subscribe(worker.name, types, self.settings.prefetch, pipeline))

    async def checks(self) -> dict[str, str]:
        """Each thing that has to be well, by name: `ok`, or what is wrong with it."""
        return {
            "store": await self._store_trouble() or "ok",
            "broker": self.transport.trouble() or self._unheard() or "ok",
            "draining": "shutting down: no new work" if self.draining.is_set() else "ok",
        }

    def _unheard(self) -> str | None:
        kinds = self.transport.unheard()
        return f"nobody takes {', '.join(kinds)}: is its service running?" if kinds else None

    async def _store_trouble(self) -> str | None:
        try:
            async with asyncio.timeout(READY_TIMEOUT):
                await self.store.ping()
        except TimeoutError:
            return f"no answer within {READY_TIMEOUT:g} s"
        except Unavailable as error:
            return str(error)
        return None


Assemble = Callable[[Runtime], tuple[Sequence[Worker], ASGIApp]]
Announce = Callable[[str], str]
"""What is said to the person who started it, given the address."""


def run(build: Callable[[], Worker]) -> None:
    """Run one worker on RabbitMQ and Redis until SIGTERM; health and metrics are served over HTTP."""
    run_app(lambda runtime: ([build()], health_app(runtime)), records=False)


def run_app(
    assemble: Assemble,
    *,
    embedded: bool = False,
    port: int = 0,
    announce: Announce | None = None,
    records: bool = True,
) -> None:
    """Run workers and an HTTP app until SIGTERM. What a person has to mend ends the process with a sentence.

    `records`: the app shows people's data, so it is not opened to everybody by accident.
    """
    try:
        settings = RuntimeSettings.read()
        if records:
            openable(settings, demo=DemoSettings.read().demo, embedded=embedded)
        telemetry.configure(settings.log_level, settings.log_format)
        runner = asyncio.Runner(loop_factory=_loop_factory())
        with runner:
            runner.run(_serve(assemble, settings, embedded=embedded, port=port, announce=announce))
    except (SettingsError, BusinessError) as mistake:
        raise SystemExit(str(mistake)) from None


async def _serve(
    assemble: Assemble, settings: RuntimeSettings, *, embedded: bool, port: int, announce: Announce | None
) -> None:
    runtime = Runtime.embedded(settings) if embedded else Runtime.distributed(settings)
    workers, app = assemble(runtime)
    rules = in_force.rules(BusinessSettings.read().businesses_dir)
    listener = _listen(settings.http_host, port if settings.http_port is None else settings.http_port)
    address = "http://{}:{}".format(*listener.getsockname()[:2])
    names = ",".join(worker.name for worker in workers)
    async with runtime:
        for worker in workers:
            await runtime.add(worker)
        telemetry.emit("service_started", service=names, address=address)
        noting = asyncio.create_task(in_force.noted(runtime.audit, rules, names), name="rules-in-force")
        if announce:
            print(announce(address), flush=True)  # noqa: T201 - meant for the person who started it
        await _Server(runtime, app).serve([listener])
        noting.cancel()
    telemetry.emit("service_stopped", service=names)


class _Server(uvicorn.Server):
    """Uvicorn, which at the first signal also tells the runtime that the end has come."""

    def __init__(self, runtime: Runtime, app: ASGIApp) -> None:
        settings = runtime.settings
        guarded = Hosts(app, settings.http_host, settings.allowed_names)
        limits = Limits(settings.http_connections, settings.http_timeout)
        super().__init__(Config(guarded, limits, int(settings.drain_timeout)))
        self.runtime = runtime

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature of signal handlers
        """Not super's: it would raise the signal again after `serve`, and end the process before it has drained."""
        telemetry.emit("service_draining", signal=signal.Signals(sig).name)
        self.force_exit = self.should_exit
        self.should_exit = True
        self.runtime.draining.set()


def health_app(runtime: Runtime) -> Starlette:
    """`/livez`, `/readyz` and `/metrics`."""
    return Starlette(routes=health_routes(runtime))


def health_routes(runtime: Runtime) -> list[Route]:
    """The same three pages for every service."""

    async def livez(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        return readiness(await runtime.checks())

    async def metrics(_: Request) -> Response:
        page, content_type = telemetry.metrics()
        return Response(page, headers={"Content-Type": content_type})

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)]


def readiness(checks: Mapping[str, str]) -> JSONResponse:
    """200 when every check is ok, else 503; the body names each."""
    ready = all(state == "ok" for state in checks.values())
    body: dict[str, Any] = {"status": "ready" if ready else "not ready", "checks": dict(checks)}
    return JSONResponse(body, 200 if ready else 503)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError(f"Cannot listen on {host}:{port} ({error.strerror}). Choose another HTTP_PORT.") from None


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop, where the platform has it."""
    try:
        import uvloop  # noqa: PLC0415
    except ImportError:
        return None
    return uvloop.new_event_loop
