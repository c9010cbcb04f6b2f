"""Settings of the agent service."""

from callcenter.settings import BusinessSettings


class AgentSettings(BusinessSettings):
    """Nothing of its own: how to talk about what is in the business folders."""
