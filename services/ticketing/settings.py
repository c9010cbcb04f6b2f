"""Settings of the ticketing service."""

from callcenter.settings import BusinessSettings


class TicketingSettings(BusinessSettings):
    """Where the business folders are; ticketing needs nothing else."""
