"""Settings of the policy service."""

from callcenter.settings import BusinessSettings


class PolicySettings(BusinessSettings):
    """Nothing of its own: the rules are in the business folders."""
