"""How a worker is declared: the type signature of a handler is its subscription and its publication."""

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints

from callcenter.events import Event

Handler = Callable[[Any], Coroutine[Any, Any, Event | None]]
H = TypeVar("H", bound=Callable[..., Coroutine[Any, Any, Event | None]])


@dataclass(frozen=True)
class Subscription:
    """One handler of a worker: which method takes which event and what it may publish."""

    method: str
    consumes: type[Event]
    publishes: tuple[type[Event], ...]


class Worker:
    """A desk. Subclass it with `name=...` and mark its handlers with `@handles`."""

    name: ClassVar[str]
    subscriptions: ClassVar[dict[type[Event], Subscription]]

    def __init_subclass__(cls, *, name: str) -> None:
        cls.name = name
        cls.subscriptions = {}
        for method, function in vars(cls).items():
            if getattr(function, "handles_events", False):
                for subscription in _read_signature(method, function):
                    cls.subscriptions[subscription.consumes] = subscription

    def handler_of(self, event: type[Event]) -> Handler:
        """The bound method that takes this type of event."""
        handler: Handler = getattr(self, self.subscriptions[event].method)
        return handler

    async def prepare(self) -> None:
        """Make ready: called once, before its first event."""

    async def release(self) -> None:
        """Let go of what the worker holds: called once, after its last event."""


def handles(function: H) -> H:
    """Mark a method `async def method(self, event: Consumed) -> Published`; unions and None are allowed."""
    function.handles_events = True  # type: ignore[attr-defined]
    return function


def flow(workers: Iterable[type[Worker]]) -> list[tuple[str, type[Event], tuple[type[Event], ...]]]:
    """Who turns what into what: (worker, consumed, published), in the order given."""
    return [(w.name, s.consumes, s.publishes) for w in workers for s in w.subscriptions.values()]


def _read_signature(method: str, function: Callable[..., Any]) -> Iterable[Subscription]:
    hints = get_type_hints(function)
    published = _events_in(hints.pop("return"))
    (consumed,) = hints.values()
    return [Subscription(method, event, published) for event in _events_in(consumed)]


def _events_in(hint: Any) -> tuple[type[Event], ...]:
    members = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return tuple(member for member in members if member is not NoneType)
