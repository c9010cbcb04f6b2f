"""The front door: takes requests over HTTP, publishes InteractionRequested, and shows the record as it grows.

It takes what the customer of a live conversation says next, and publishes CustomerSpoke, or CustomerLeft after too long
a silence. It consumes InteractionCompleted and InteractionFailed, to close what it opened, and AgentSpoke, to time it.
People take over live conversations here: handoff/ publishes HandoffAccepted, TurnAdded, HandoffReturned, HandoffClosed,
or HandoffLapsed where nobody came; and it consumes what says that somebody waits, or is there, to keep an eye on it.
mail/ takes mails like requests, and sends what is said to who wrote one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import httpx2
from fastapi import APIRouter, FastAPI

from callcenter.access.provider.client import named_provider
from callcenter.events import utc_now
from callcenter.messaging import Worker
from callcenter.messaging.serve import Runtime
from services.intake.app import create_app
from services.intake.conversations import Conversations
from services.intake.forwarding import Forwarding
from services.intake.front import Front
from services.intake.handoff import Handoffs, Teams, Watch
from services.intake.keeping import Keeping
from services.intake.mail.letters import Letters
from services.intake.mail.service import watching
from services.intake.reception import Reception
from services.intake.samples import Showcase
from services.intake.settings import IntakeSettings
from services.intake.sweeper import Sweeper
from services.intake.worker import IntakeWorker


def build(
    runtime: Runtime,
    settings: IntakeSettings | None = None,
    desks: Sequence[APIRouter] = (),
    now: Callable[[], datetime] = utc_now,
) -> tuple[Sequence[Worker], FastAPI]:
    """The worker and the HTTP app, wired to a runtime. `desks` are the addresses of other desks in this process."""
    settings = settings or IntakeSettings.read()
    showcase = Showcase.load(settings.businesses_dir, settings.default_business, demo=settings.demo)
    teams = Teams.load(settings.businesses_dir, runtime.switchboard, settings.handoff_patience)
    reception = Reception(runtime.store, runtime.transport, showcase.names, settings, teams, now=now)
    keeping = Keeping.load(settings.businesses_dir, runtime.store)
    sweeper = Sweeper(runtime.store, runtime.transport, settings, now, keeping)
    conversations, handoffs = Conversations(runtime, reception, settings, now), Handoffs(runtime, settings, now)
    front = Front(runtime, reception, conversations, showcase, settings, handoffs, teams)
    http = httpx2.AsyncClient(timeout=None, trust_env=False)  # the whole answer has a limit of time
    elsewhere = Forwarding({} if desks else settings.desks, http, settings.max_body_bytes, settings.forward_timeout)
    provider = named_provider(settings, now, auth=runtime.settings.auth)
    watches = [sweeper, Watch(runtime, settings, now), *watching(runtime, reception, conversations, settings)]
    app = create_app(front, watches, desks, elsewhere, provider)
    return [IntakeWorker(keeping, runtime.switchboard, Letters(runtime.post, now))], app
