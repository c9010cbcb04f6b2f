"""Who works on it, how soon?  PolicyDecided -> TicketOpened."""

from collections.abc import Mapping

from callcenter.errors import Permanent
from callcenter.events import PolicyDecided, TicketOpened
from callcenter.messaging.worker import Worker, handles
from services.ticketing.tickets import TicketDesk


class TicketingWorker(Worker, name="ticketing"):
    """Opens the one ticket of an interaction; the same event always opens the same ticket."""

    def __init__(self, desks: Mapping[str, TicketDesk]) -> None:
        self.desks = desks

    @handles
    async def open(self, event: PolicyDecided) -> TicketOpened:
        """The dossier with its ticket and, where a person has to take over, the escalation."""
        desk = self._desk(event.request.business)
        return event.then(TicketOpened, ticket=desk.ticket(event), escalation=desk.escalation(event))

    def _desk(self, business: str) -> TicketDesk:
        if business not in self.desks:
            known = ", ".join(sorted(self.desks))
            raise Permanent(f"Ticketing knows no business named {business!r}. It has loaded: {known}.")
        return self.desks[business]
