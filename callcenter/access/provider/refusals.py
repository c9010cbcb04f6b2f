"""Why somebody who came by the provider is not signed in."""

from typing import Literal

from callcenter.access.principal import STRANGER
from callcenter.errors import CallCenterError

Why = Literal["away", "untrusted", "denied", "ended", "no-role", "taken", "closed", "unavailable"]
"""The provider does not answer; what it answered is not to be trusted; they did not want to, or may not; this sign-in
is over, or not of this browser; no claim gives them a role; their name is another one's; their account was closed; our
own store is away. The sign-in page has a sentence for each."""


class NotSignedIn(CallCenterError):
    """They are not; `who` they are as far as it is known."""

    why: Why
    who = STRANGER.identity


class ProviderAway(NotSignedIn):
    """The provider does not answer, or says that it cannot now: the same may work later."""

    why = "away"


class ProviderUntrusted(NotSignedIn):
    """What the provider answered, or somebody in its name, cannot be trusted or understood."""

    why = "untrusted"


class Refused(NotSignedIn):
    """They may not come in."""

    def __init__(self, why: Why, who: str = STRANGER.identity) -> None:
        super().__init__(f"{who}: {why}")
        self.why, self.who = why, who
