"""The ticketing desk: PolicyDecided -> TicketOpened. It gives the work a number, a priority, a queue and a clock."""

from callcenter.business import Profile, folders, load
from services.ticketing.calendar import Calendar
from services.ticketing.desks import Desks
from services.ticketing.settings import TicketingSettings
from services.ticketing.tickets import TicketDesk
from services.ticketing.worker import TicketingWorker

__all__ = ["TicketingSettings", "TicketingWorker", "build"]


def build(settings: TicketingSettings | None = None) -> TicketingWorker:
    """The worker, with the desks of every business; raises BusinessError where a folder is wrong."""
    settings = settings or TicketingSettings.read()
    return TicketingWorker(
        {
            name: TicketDesk(load(folder, "ticketing.yaml", Desks), Calendar(load(folder, "business.yaml", Profile)))
            for name, folder in folders(settings.businesses_dir).items()
        }
    )
