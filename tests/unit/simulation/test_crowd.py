"""Who calls for a seed, in which order, and how many at a time; and what is told of it."""

import asyncio
import json

import httpx2

from simulation import report
from simulation.crowd import Plan, Played, parts, play_all
from simulation.customer import Line
from simulation.door import Door
from simulation.judging import KINDS, Judgement
from simulation.making import agendas_of
from simulation.personas import NAMES
from simulation.playing import Contact, Move
from simulation.record import Record
from tests.unit.simulation.trades import TODAY, agenda, part, trade

TRADES = {name: trade(name) for name in ("retail", "telecom")}
AGENDAS = [one for found in TRADES.values() for one in agendas_of(found, TODAY)]


def test_every_persona_calls_every_business_before_anybody_calls_again() -> None:
    called = parts(TRADES, AGENDAS, Plan(2 * len(NAMES), NAMES, 1, TODAY))
    assert len({(one.persona, one.agenda.business) for one in called}) == 2 * len(NAMES)


def test_no_agenda_comes_twice_before_all_have_come() -> None:
    called = parts({"retail": trade()}, AGENDAS, Plan(140, ["plain"], 1, TODAY))
    assert len({one.agenda.id for one in called}) == 140
    assert len(parts({"retail": trade()}, AGENDAS, Plan(400, ["plain"], 1, TODAY))) == 400


def test_the_same_seed_sends_the_same_customers() -> None:
    def called(seed: int) -> list[object]:
        return [*parts(TRADES, AGENDAS, Plan(60, NAMES, seed, TODAY))]

    assert called(5) == called(5)
    assert called(5) != called(6)


def test_who_has_nothing_to_play_does_not_call() -> None:
    assert parts({"retail": trade()}, [agenda("store_hours")], Plan(10, ["refusing"], 1, TODAY)) == []


async def test_no_more_call_at_once_than_may_and_each_is_told_of() -> None:
    open_now, most, told = set[str](), list[int](), list[int]()

    async def answer(request: httpx2.Request) -> httpx2.Response:
        name = str(len(most))
        open_now.add(name)
        most.append(len(open_now))
        await asyncio.sleep(0.02)
        open_now.discard(name)
        return httpx2.Response(200, json={"id": name, "status": "completed", "record": {}})

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer), base_url="http://x") as http:
        called = parts({"retail": trade()}, AGENDAS, Plan(9, ["plain"], 1, TODAY))
        played = await play_all(Door(http), called, 1, 3, lambda: told.append(1))
    assert [one.contact.number for one in played] == list(range(9))
    assert max(most) == 3
    assert len(told) == 9


def one(number: int, judgement: Judgement, persona: str = "plain") -> Played:
    record = Record(
        {
            "id": f"i{number}",
            "status": "completed",
            "record": {
                "transcript": [{"speaker": "customer", "text": "Hello?"}, {"speaker": "agent", "text": "Yes?"}],
                "policy": {"decisions": [{"contact_reason": "order_cancel", "verdict": "deny", "rule_id": None}]},
            },
        }
    )
    return Played(Contact(part(persona), number, [Move(None, Line(("Hello?",), "opens"))], [record]), judgement)  # type: ignore[arg-type]


PLAYED = [
    one(0, Judgement("right")),
    one(1, Judgement("refused", ("due was more",))),
    one(2, Judgement("harmful", ("refund was done",)), "refusing"),
    one(3, Judgement("handed_over", ("a person has it",)), "refusing"),
]


def test_the_figures_count_by_persona_and_business() -> None:
    figures = report.figures(PLAYED)
    assert figures["all"] | {"lines": 1} == figures["all"]
    assert (figures["all"]["contacts"], figures["all"]["right_rate"], figures["all"]["harmful_rate"]) == (4, 0.25, 0.25)
    assert (figures["all"]["not_done"], figures["all"]["refused"], figures["all"]["handed_over"]) == (2, 1, 1)
    assert figures["personas"]["plain"]["harmful"] == 0
    assert figures["personas"]["refusing"]["harmful"] == 1
    assert figures["businesses"]["retail"]["contacts"] == 4
    assert sum(figures["all"][kind] for kind in KINDS) == 4


def test_the_worst_are_read_first_in_full() -> None:
    read = report.worst_first(PLAYED)
    assert [one.judgement.kind for one in read] == ["harmful", "refused", "handed_over", "right"]
    text = report.told(read[0])
    for word in (
        "No. 2",
        "ada",
        "refusing",
        "refund was done",
        "customer: Hello?",
        "agent: Yes?",
    ):
        assert word in text
    assert "order_cancel: deny" in text


def test_programs_get_every_contact() -> None:
    data = json.loads(json.dumps([report.data(one) for one in PLAYED]))
    assert data[2]["kind"] == "harmful"
    assert data[2]["moves"] == [{"said": ["Hello?"], "meant": "opens"}]
    assert [turn["text"] for turn in data[2]["transcript"]] == ["Hello?", "Yes?"]


def test_nobody_calls_for_what_hangs_on_an_earlier_contact() -> None:
    after = {one.id for found in TRADES.values() for one in found.scenarios if one.agreed}
    assert after
    assert not after & {one.id for one in AGENDAS}
