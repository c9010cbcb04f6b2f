"""Every failure the house knows.

CallCenterError
├── Transient                worth another try: the retry ladder
│   ├── Unavailable          a server is away: hold the message and wait, no attempt is spent
│   │   └── Unroutable       nobody subscribes to the published event yet: wait for its consumer
│   └── RecordBehind         the record is missing or older than its own event: out of order, or lost data
├── Permanent                will fail again: the dead letters, with its reason
│   ├── TooLarge             an event is larger than may be stored and sent
│   ├── Undecodable          the message is not an event that this version can read
│   └── TooMuchWork          it takes so long that all else would have to wait for it
├── SettingsError            a setting is missing or wrong: told at boot
└── BusinessError            a business folder is wrong: told with file and line
"""

from typing import ClassVar


class CallCenterError(Exception):
    """Anything that this project raises on purpose."""

    reason: ClassVar[str] = "error"


class Transient(CallCenterError):
    """Something that may well succeed when tried again."""

    reason = "transient"


class Unavailable(Transient):
    """A server that we depend on does not answer; the work waits for it."""

    reason = "unavailable"


class Permanent(CallCenterError):
    """Something that no retry will mend."""

    reason = "permanent"


class TooLarge(Permanent):
    """An event larger than the limit; it is neither stored nor sent."""

    reason = "too-large"

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"An event of {size} bytes is larger than the limit of {limit}.")


class Undecodable(Permanent):
    """A message that is not a readable event: `reason` says in what way."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason  # type: ignore[misc]  # one class, three machine-readable reasons


class TooMuchWork(Permanent):
    """Work that was stopped in its midst, as it took more processor time than it may."""

    reason = "too-much-work"


class Unroutable(Unavailable):
    """An event that no queue is bound to, as its consumer was never started here."""

    reason = "unroutable"


class RecordBehind(Transient):
    """An event whose record is missing or older than the event itself."""

    reason = "record-behind"


class SettingsError(CallCenterError):
    """A setting that a person has to mend; the message says how."""

    reason = "settings"


class BusinessError(CallCenterError):
    """A business folder that a person has to mend; the message names file and line."""

    reason = "business"
