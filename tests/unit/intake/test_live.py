"""Server-sent events: an interaction as it happens."""

import asyncio
import json
from typing import Any

from callcenter.events import CHAIN, CaseDecided, CaseStated
from callcenter.messaging.transport import Message
from tests.unit.intake.house import House, desks, open_house

REQUESTED, *REST = CHAIN
NAMES = [event.__name__ for event in (REQUESTED, CaseStated, CaseDecided, *REST)]


def _frames(text: str) -> list[dict[str, Any]]:
    """Each event with its id, name and data."""
    frames = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "data" in fields:
            frames.append({**fields, "data": json.loads(fields["data"])})
    return frames


async def _follow(house: House, address: str, last: str = "") -> tuple[Any, list[dict[str, Any]]]:
    answer = await house.client.get(address, headers={"Last-Event-ID": last} if last else {})
    return answer, _frames(answer.text)


async def test_from_the_start_every_step_is_told_once_in_order(house: House) -> None:
    accepted = (await house.ask()).json()
    answer, frames = await _follow(house, accepted["links"]["events"])
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert "retry: " in answer.text
    assert [frame["event"] for frame in frames] == NAMES
    assert [frame["id"] for frame in frames] == ["1", "2", "3", "4", "5", "6", "7"]
    stages = ["agent", "policy", "agent", "policy", "ticketing", "summary", "summary"]
    assert [frame["data"]["stage"] for frame in frames] == stages
    assert [frame["data"]["status"] for frame in frames] == ["queued", *["running"] * 5, "completed"]
    assert {"transcript", "contact_reason", "entities"} <= frames[3]["data"]["sections"].keys()
    assert frames[4]["data"]["sections"]["policy"]["verdict"] == "allow"
    assert "policy" not in frames[5]["data"]["sections"]


async def test_the_sections_of_all_steps_make_up_the_record(house: House) -> None:
    view = await house.finished()
    _, frames = await _follow(house, view["links"]["events"])
    told: dict[str, Any] = {}
    for frame in frames:
        told |= frame["data"]["sections"]
    known = {name: value for name, value in view["record"].items() if value is not None}
    assert told == known


async def test_a_client_that_comes_back_is_told_only_what_it_missed(house: House) -> None:
    view = await house.finished()
    _, frames = await _follow(house, view["links"]["events"], last="3")
    assert [frame["event"] for frame in frames] == NAMES[3:]


async def test_a_client_that_knows_the_end_is_told_not_to_come_again(house: House) -> None:
    view = await house.finished()
    for last in ("7", "99"):
        answer, _ = await _follow(house, view["links"]["events"], last=last)
        assert (answer.status_code, answer.content) == (204, b"")


async def test_a_last_event_id_that_is_none_starts_over(house: House) -> None:
    view = await house.finished()
    _, frames = await _follow(house, view["links"]["events"], last="nonsense")
    assert len(frames) == len(NAMES)


async def test_steps_are_told_while_they_happen() -> None:
    async with open_house(working=False) as house:
        accepted = (await house.ask()).json()
        following = asyncio.create_task(_follow(house, accepted["links"]["events"]))
        await asyncio.sleep(0.1)
        assert not following.done()
        for desk in desks():
            await house.runtime.add(desk)
        stored = await house.runtime.store.newest(accepted["id"])
        assert stored
        await house.runtime.transport.publish(Message.of(stored.event(), stored))
        _, frames = await asyncio.wait_for(following, 20)
        assert [frame["event"] for frame in frames] == NAMES


async def test_a_house_that_closes_lets_its_followers_go() -> None:
    async with open_house(working=False) as house:
        accepted = (await house.ask()).json()
        following = asyncio.create_task(_follow(house, accepted["links"]["events"]))
        await asyncio.sleep(0.1)
        house.runtime.draining.set()
        _, frames = await asyncio.wait_for(following, 5)
        assert [frame["event"] for frame in frames] == NAMES[:1]
