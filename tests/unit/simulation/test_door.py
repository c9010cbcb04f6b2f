"""The API as a simulated customer meets it: busy, away, another program, no demo, or slow."""

import contextlib
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from callcenter.errors import Unavailable
from simulation.door import Door, NoDemo, NotTaken

VIEW = {"id": "one", "status": "waiting", "record": {}}
Answer = Callable[[httpx2.Request], httpx2.Response]


@contextlib.asynccontextmanager
async def door(answer: Answer, patience: float = 5.0) -> AsyncIterator[Door]:
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer), base_url="http://call.example") as http:
        yield Door(http, patience)


def in_turn(*answers: httpx2.Response) -> tuple[Answer, list[httpx2.Request]]:
    left, seen = [*answers], list[httpx2.Request]()

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return left.pop(0)

    return answer, seen


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_server_is_asked_again_after_the_time_it_names(status: int) -> None:
    busy = httpx2.Response(status, headers={"Retry-After": "0.1"}, json={"detail": "busy"})
    answer, seen = in_turn(busy, busy, httpx2.Response(202, json=VIEW), busy, httpx2.Response(200, json=VIEW))
    async with door(answer) as one:
        assert await one.open("retail", ("Hello",), 1) == VIEW
    assert [request.method for request in seen] == ["POST", "POST", "POST", "GET", "GET"]


async def test_a_customer_speaks_by_the_secret_of_their_conversation_and_is_judged_by_the_whole_record() -> None:
    opened, seen = VIEW | {"token": "ct_one"}, VIEW | {"record": {"policy": {}}}
    follower = VIEW | {"id": "two", "token": "ct_two"}
    told = (opened, seen, follower, seen, VIEW | {"id": "two"}, seen)
    answer, requests = in_turn(*(httpx2.Response(200, json=one) for one in told))
    async with httpx2.AsyncClient(
        transport=httpx2.MockTransport(answer),
        base_url="http://call.example",
        headers={"Authorization": "Bearer cc_key"},
    ) as http:
        one = Door(http)
        assert await one.open("retail", ("Hello",), 1) == seen
        assert await one.say("one", ("There?",)) == seen
        await one.say("two", ("Still there?",))
    asked = [(r.method, r.url.path.removeprefix("/v1/interactions"), r.headers["authorization"]) for r in requests]
    assert asked == [
        ("POST", "", "Bearer cc_key"),
        ("GET", "/one", "Bearer cc_key"),
        ("POST", "/one/messages", "Bearer ct_one"),
        ("GET", "/two", "Bearer cc_key"),
        ("POST", "/two/messages", "Bearer ct_two"),
        ("GET", "/two", "Bearer cc_key"),
    ]


async def test_a_message_that_comes_between_is_sent_again() -> None:
    """The desks are at work on what was said before; in a moment the conversation listens, or what follows it does."""
    working = httpx2.Response(409, headers={"Retry-After": "0.1"}, json={"detail": "please send this again"})
    answer, seen = in_turn(working, httpx2.Response(200, json=VIEW), httpx2.Response(200, json=VIEW))
    async with door(answer) as one:
        assert await one.say("one", ("Please.",)) == VIEW
    assert [request.method for request in seen] == ["POST", "POST", "GET"]


async def test_patience_has_an_end() -> None:
    async with door(lambda _: httpx2.Response(503, headers={"Retry-After": "30"}, json={}), patience=1) as one:
        with pytest.raises(Unavailable, match="busy for more than 1 second"):
            await one.open("retail", ("Hello",), 1)


async def test_an_answer_is_waited_for_by_looking() -> None:
    running = httpx2.Response(202, json=VIEW | {"status": "running"})
    answer, seen = in_turn(running, running, httpx2.Response(200, json=VIEW))
    async with door(answer) as one:
        assert (await one.say("one", ("Hello",)))["status"] == "waiting"
    assert [request.method for request in seen] == ["POST", "GET", "GET"]


async def test_an_answer_that_never_comes_ends_the_contact() -> None:
    async with door(lambda _: httpx2.Response(202, json=VIEW | {"status": "running"}), patience=0.3) as one:
        with pytest.raises(NotTaken, match="No answer within"):
            await one.open("retail", ("Hello",), 1)


async def test_several_messages_are_sent_before_the_answer_is_waited_for() -> None:
    answer, seen = in_turn(*(httpx2.Response(200, json=VIEW) for _ in range(4)))
    async with door(answer) as one:
        await one.open("retail", ("So", "my order", "is late"), 1)
    place = "/v1/interactions/one"
    assert [request.url.path for request in seen] == ["/v1/interactions", *[f"{place}/messages"] * 2, place]


async def test_an_answer_is_asked_for_with_the_last_message_alone() -> None:
    answer, seen = in_turn(*(httpx2.Response(200, json=VIEW) for _ in range(6)))
    async with door(answer) as one:
        await one.open("retail", ("Hello",), 1)
        await one.say("one", ("hm", "wait", "48402"))
    assert [request.headers.get("prefer") for request in seen] == ["wait=10", None, None, None, "wait=10", None]


async def test_what_follows_an_ended_one_is_gone_on_in() -> None:
    answer, seen = in_turn(*(httpx2.Response(200, json=VIEW | {"id": "two"}) for _ in range(3)))
    async with door(answer) as one:
        assert (await one.say("one", ("And", "more")))["id"] == "two"
    assert [request.url.path.split("/")[3] for request in seen] == ["one", "two", "two"]


async def test_what_is_not_taken_is_told_as_the_server_tells_it() -> None:
    async with door(lambda _: httpx2.Response(409, json={"detail": "It takes no message now."})) as one:
        with pytest.raises(NotTaken, match="HTTP 409: It takes no message now"):
            await one.say("one", ("Hello",))


async def test_nobody_there_is_told() -> None:
    def refused(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    async with door(refused) as one:
        with pytest.raises(Unavailable, match=r"does not answer at http://call\.example"):
            await one.businesses()


@pytest.mark.parametrize(
    "answer", [httpx2.Response(200, text="<html>"), httpx2.Response(200, json=["a"]), httpx2.Response(200, json={})]
)
async def test_another_program_is_told(answer: httpx2.Response) -> None:
    async with door(lambda _: answer) as one:
        with pytest.raises(Unavailable, match=r"[Aa]nother program|not answer as a call center"):
            await one.businesses()


async def test_real_customers_are_left_alone() -> None:
    async with door(lambda _: httpx2.Response(200, json={"demo": False})) as one:
        with pytest.raises(NoDemo, match="is no demo"):
            await one.businesses()


async def test_a_demo_tells_its_businesses() -> None:
    answer, _ = in_turn(httpx2.Response(200, json={"demo": True}), httpx2.Response(200, json=[{"name": "retail"}]))
    async with door(answer) as one:
        assert await one.businesses() == ["retail"]
