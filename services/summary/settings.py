"""Settings of the summary service."""

from callcenter.settings import BusinessSettings


class SummarySettings(BusinessSettings):
    """Where the business folders are, and what the finished record keeps."""

    redact_transcript: bool = False
    """Whether personal data in the finished record is replaced by dots of the same length."""
