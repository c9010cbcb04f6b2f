"""One contact with an API that answers as it was told to: several wants, an end that is gone on after, and trouble."""

import json
from collections.abc import Sequence
from typing import Any

import httpx2

from simulation.agenda import Agenda
from simulation.door import Door
from simulation.judging import judge
from simulation.playing import MOST_LINES, Contact, play
from tests.unit.simulation.trades import CANCEL, HOURS, part, somebody

DONE = {
    "contact_reason": "order_cancel",
    "verdict": "allow",
    "rule_id": "order_cancel.processing",
    "action": {"name": "cancel_order", "amount": "20.00"},
    "about": {"order_id": "40001"},
}
OPEN = {"contact_reason": "store_hours", "verdict": "allow", "rule_id": "store_hours.overview", "action": None}


def asks(kind: str, slot: str | None = None, interaction: str = "one") -> dict[str, Any]:
    dialogue = {"acts": [{"kind": kind, "slot": slot}]}
    return {"id": interaction, "status": "waiting", "record": {"dialogue": dialogue}}


def ends(*decisions: dict[str, Any], interaction: str = "one") -> dict[str, Any]:
    return {"id": interaction, "status": "completed", "record": {"policy": {"decisions": decisions}}}


async def contact(agenda: Agenda, views: Sequence[dict[str, Any]], status: int = 200) -> tuple[Contact, list[str]]:
    """The contact, and where each message was sent; the last answer is given for ever, and to who looks once more."""
    left, sent, told = [*views], list[str](), views[0]

    def answer(request: httpx2.Request) -> httpx2.Response:
        nonlocal told
        if request.method == "GET":
            return httpx2.Response(200, json=told)
        sent.append(request.url.path)
        assert json.loads(request.content)["text"]
        told = left.pop(0) if len(left) > 1 else left[0]
        return httpx2.Response(status if len(sent) > 1 else 200, json=told)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer), base_url="http://x") as http:
        return await play(Door(http), part("plain", agenda), 0, 1), sent


def meant(played: Contact) -> list[str]:
    return [move.line.meaning for move in played.moves]


async def test_what_is_wanted_is_agreed_to_and_judged() -> None:
    played, sent = await contact(somebody(), [asks("ask", "email"), asks("confirm"), ends(DONE)])
    assert meant(played) == ["opens", "answers", "agrees"]
    assert sent == ["/v1/interactions", *["/v1/interactions/one/messages"] * 2]
    assert judge(played).kind == "right"


async def test_the_next_want_comes_when_it_is_asked_for() -> None:
    views = [asks("confirm"), asks("anything_else"), asks("anything_else"), ends(DONE, OPEN)]
    played, sent = await contact(somebody(CANCEL, HOURS), views)
    assert meant(played) == ["opens", "agrees", "goes_on", "leaves"]
    assert {*sent[1:]} == {"/v1/interactions/one/messages"}
    assert judge(played).kind == "right"


async def test_else_it_is_written_after_the_end_and_gone_on_with_where_that_leads() -> None:
    views = [asks("confirm"), ends(DONE), asks("clarify", interaction="two"), ends(OPEN, interaction="two")]
    played, sent = await contact(somebody(CANCEL, HOURS), views)
    assert meant(played) == ["opens", "agrees", "goes_on", "restates"]
    assert [path.split("/")[3] for path in sent[1:]] == ["one", "one", "two"]
    assert [record.id for record in played.records] == ["one", "two"]
    assert judge(played).kind == "right"


async def test_a_yes_counts_in_the_interaction_where_it_was_said() -> None:
    """Each move belongs to the interaction that took it, also where the next one is about the same."""
    views = [asks("confirm"), ends(), asks("confirm", interaction="two"), ends(DONE, interaction="two")]
    played, _ = await contact(somebody(CANCEL, HOURS), views)
    assert [move.interaction_id for move in played.moves] == ["one", "one", "two", "two"]


async def test_a_failed_interaction_breaks_the_contact_off() -> None:
    failed = {"id": "one", "status": "failed", "failure": {"reason": "too-large"}, "record": {}}
    played, _ = await contact(somebody(), [asks("ask", "email"), failed])
    assert "too-large" in played.trouble
    assert judge(played).kind == "broken"


async def test_so_does_a_message_that_is_not_taken() -> None:
    played, _ = await contact(somebody(), [asks("ask", "email"), {"detail": "It takes no message now."}], status=409)
    assert "takes no message now" in played.trouble
    assert len(played.moves) == 1


async def test_nobody_answers_for_ever() -> None:
    played, _ = await contact(somebody(), [asks("ask", "email")])
    assert len(played.moves) == MOST_LINES
    assert judge(played).kind == "in_vain"
