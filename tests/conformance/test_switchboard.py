"""What a switchboard promises, over memory and over Redis."""

from callcenter.storage.switchboard import Switchboard
from tests.waiting import until


async def test_who_signs_on_is_on_duty(switchboard: Switchboard) -> None:
    await switchboard.sign_on("retail", "Dana Lopez", ["payments", "returns"], 60)
    await switchboard.sign_on("retail", "kim", ["payments"], 60)
    assert {name: [*queues] for name, queues in (await switchboard.on_duty("retail")).items()} == {
        "Dana Lopez": ["payments", "returns"],
        "kim": ["payments"],
    }
    assert not await switchboard.on_duty("banking")


async def test_who_signs_on_again_is_there_for_what_was_said_last(switchboard: Switchboard) -> None:
    await switchboard.sign_on("retail", "dana", ["payments"], 60)
    await switchboard.sign_on("retail", "dana", ["returns"], 60)
    assert [*(await switchboard.on_duty("retail"))["dana"]] == ["returns"]


async def test_who_signs_off_is_gone(switchboard: Switchboard) -> None:
    await switchboard.sign_on("retail", "dana", ["payments"], 60)
    await switchboard.sign_off("retail", "dana")
    await switchboard.sign_off("retail", "nobody")
    assert not await switchboard.on_duty("retail")


async def test_who_says_nothing_more_is_gone_after_a_while(switchboard: Switchboard) -> None:
    await switchboard.sign_on("retail", "dana", ["payments"], 0.2)
    await switchboard.sign_on("retail", "kim", ["payments"], 600)

    async def alone() -> bool:
        return [*(await switchboard.on_duty("retail"))] == ["kim"]

    await until(alone)


async def test_what_is_noted_is_kept_once_until_it_is_forgotten(switchboard: Switchboard) -> None:
    for one in ("b", "a", "b"):
        await switchboard.note(one)
    assert await switchboard.noted() == ["a", "b"]
    await switchboard.forget("a")
    await switchboard.forget("a")
    assert await switchboard.noted() == ["b"]
