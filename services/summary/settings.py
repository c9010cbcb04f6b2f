"""Settings of the summary service."""

from callcenter.settings import BusinessSettings


class SummarySettings(BusinessSettings):
    """Where the business folders are; summary needs nothing else."""
