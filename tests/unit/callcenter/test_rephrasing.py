"""A language model may choose the words, and nothing else."""

import pytest

from callcenter.language_model import ChatServer, Rephrasing
from callcenter.language_model.rephrasing import objection
from callcenter.settings import LanguageModelSettings
from tests.model_server import completion, server

TEXT = "Got it, thanks. So it's about your cancellation, order number 48213. Shall Maya write to dana@example.com?"


def rephrasing(url: str, **more: object) -> Rephrasing:
    return Rephrasing(ChatServer(LanguageModelSettings(llm_url=url, llm_model="tiny", **more)), names=("Maya",))


async def test_it_is_put_in_other_words_with_the_same_facts():
    said = completion("Wonderful! You want to cancel [[1]]. May [[2]] write to [[3]]?")
    async with server(said) as (url, asked):
        put = await rephrasing(url).put(TEXT)
    assert put == "Wonderful! You want to cancel 48213. May Maya write to dana@example.com?"
    sent = asked[0]["messages"][1]["content"]
    assert not any(fact in sent for fact in ("48213", "dana", "Maya"))


async def test_a_single_figure_is_a_fact_too():
    async with server(completion("Until March [[1]], then.")) as (url, asked):
        assert await rephrasing(url).put("By March 3.") == "Until March 3, then."
    assert asked[0]["messages"][1]["content"] == "By March [[1]]."


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("You want to cancel it. May [[2]] write to [[3]]?", "a fact"),
        ("Cancel [[1]] and [[1]]. May [[2]] write to [[3]]?", "a fact"),
        ("Cancel [[1]] in 3 days. May [[2]] write to [[3]]?", "figure"),
        ("Cancel [[1]]. [[2]] will write to [[3]].", "asks something else"),
        ("Cancel [[1]], we guarantee it. May [[2]] write to [[3]]?", "promises"),
        ("", "nothing"),
        ("Cancel [[1]]. May [[2]] write to [[3]]? " + "Lovely. " * 60, "too much"),
    ],
)
async def test_what_cannot_be_trusted_is_not_said(said: str, why: str):
    async with server(completion(said)) as (url, _):
        assert await rephrasing(url).put(TEXT) == TEXT
    marked = "Got it, thanks. So it's about your cancellation, order number [[1]]. Shall [[2]] write to [[3]]?"
    assert why in (objection(marked, said) or "")


async def test_a_server_that_fails_changes_nothing():
    async with server(b"no", status=500) as (url, _):
        assert await rephrasing(url).put(TEXT) == TEXT
    assert await rephrasing("http://127.0.0.1:9/v1", llm_timeout=1).put(TEXT) == TEXT
    assert await rephrasing("http://127.0.0.1:9/v1", llm_budget=0).put(TEXT) == TEXT


async def test_a_server_that_failed_is_left_alone_for_a_while():
    now = [0.0]
    async with server(b"no", status=500) as (url, asked):
        chat = ChatServer(LanguageModelSettings(llm_url=url, llm_model="tiny"), lambda: now[0])
        patient = Rephrasing(chat)
        for now[0], times in ((0.0, 1), (30.0, 1), (61.0, 2)):
            await patient.put(TEXT)
            assert len(asked) == times


async def test_without_a_server_nothing_is_asked():
    assert await Rephrasing().put(TEXT) == TEXT
