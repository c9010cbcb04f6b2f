"""The ticketing desk: PolicyDecided -> TicketOpened. It gives the work a number, a priority, a queue and a clock.

When the contact has ended it keeps the ticket: people change it over HTTP, the clock watches its targets, and other
systems are told of all that happens to it. From HandoffOffered and HandoffLapsed they hear who waits for a person.
"""

from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI

from callcenter.business import Profile, folders, load
from callcenter.calendar import Calendar
from callcenter.http.desk import desk_app
from callcenter.messaging import Worker
from callcenter.messaging.serve import Runtime
from callcenter.storage.book import MemoryBook, TicketBook
from callcenter.storage.post import MemoryPost, Post
from services.ticketing.desks import Desks
from services.ticketing.office.api import router
from services.ticketing.office.clock import Clock
from services.ticketing.office.courier import Courier
from services.ticketing.office.hooks import Hooks
from services.ticketing.office.letters import Outgoing
from services.ticketing.office.office import Office
from services.ticketing.settings import TicketingSettings
from services.ticketing.tickets import TicketDesk
from services.ticketing.worker import TicketingWorker

__all__ = ["TicketingSettings", "TicketingWorker", "assemble", "build", "router"]


def build(
    settings: TicketingSettings | None = None, book: TicketBook | None = None, post: Post | None = None
) -> TicketingWorker:
    """The worker, with the desks of every business; raises BusinessError where a folder is wrong."""
    settings = settings or TicketingSettings.read()
    desks = {name: _desk(folder) for name, folder in folders(settings.businesses_dir).items()}
    hooks = Hooks(settings.webhook_addresses, settings.webhook_key, settings.webhook_timeout)
    office = Office(book or MemoryBook(), desks, hooks.names)
    lease = 2 * settings.webhook_timeout + 5
    ladder, every = settings.webhook_retries, settings.webhook_check_every
    courier = Courier(office, hooks, Outgoing(post or MemoryPost()), ladder=ladder, lease=lease, every=every)
    return TicketingWorker(office, Clock(office, settings.sla_check_every), courier)


def _desk(folder: Path) -> TicketDesk:
    profile = load(folder, "business.yaml", Profile)
    return TicketDesk(load(folder, "ticketing.yaml", Desks), Calendar(profile), profile.retention.tickets)


def assemble(runtime: Runtime) -> tuple[Sequence[Worker], FastAPI]:
    """The worker and the HTTP app, wired to a runtime."""
    worker = build(book=runtime.book, post=runtime.post)
    return [worker], desk_app(runtime, "ticketing", router, office=worker.office)
