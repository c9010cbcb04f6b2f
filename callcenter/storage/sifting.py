"""Lists with filters, read part by part until the page is full."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

SCAN = 200
"""Cards read at once while a list is filtered."""
SCAN_PAGES = 25
"""Such reads for one page of a list; after that the page is handed out as it is, with a cursor to go on."""

_CardT = TypeVar("_CardT")
_PlaceT = TypeVar("_PlaceT")


async def sifted(
    read: Callable[[_PlaceT | None], Awaitable[tuple[Sequence[_CardT], _PlaceT | None]]],
    admit: Callable[[_CardT], bool],
    place: Callable[[_CardT], _PlaceT],
    cursor: _PlaceT | None,
    limit: int,
) -> tuple[list[_CardT], _PlaceT | None]:
    """Up to `limit` admitted cards after the cursor, and the cursor to go on with, None at the end.

    `read` takes a cursor and gives the cards after it, with the place of the last that it looked at, None at the end.
    """
    cards: list[_CardT] = []
    for _ in range(SCAN_PAGES):
        found, further = await read(cursor)
        for card in filter(admit, found):
            cards.append(card)
            if len(cards) == limit:
                return cards, place(card)
        if further is None:
            return cards, None
        cursor = further
    return cards, cursor
