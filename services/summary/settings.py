"""Settings of the summary service."""

from callcenter.settings import BusinessSettings, LanguageModelSettings


class SummarySettings(BusinessSettings, LanguageModelSettings):
    """Where the business folders are, what the finished record keeps, and who words it."""

    llm_wrap_up: bool = False
    """A language model puts the notes of the wrap-up in other words; facts are locked, and the same check holds."""

    redact_transcript: bool = False
    """Whether personal data in the finished record is replaced by dots of the same length."""
