"""What nobody took is remembered for a while, and no longer."""

from callcenter.messaging.unheard import UNHEARD_FOR, Unheard


class Clock:
    """Moved by hand."""

    seconds = 5.0

    def __call__(self) -> float:
        return self.seconds


def test_it_is_forgotten_when_it_is_taken_or_nobody_tries_any_more() -> None:
    clock = Clock()
    unheard = Unheard(clock)
    unheard.note("TicketOpened")
    unheard.note("PolicyDecided")
    assert unheard.lately() == ("TicketOpened", "PolicyDecided")
    unheard.taken("TicketOpened")
    unheard.taken("AgentSpoke")
    assert unheard.lately() == ("PolicyDecided",)
    clock.seconds += UNHEARD_FOR - 1
    unheard.note("AgentSpoke")
    clock.seconds += 1
    assert unheard.lately() == ("AgentSpoke",)
