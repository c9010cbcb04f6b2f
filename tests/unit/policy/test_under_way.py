"""What was agreed before is not agreed again, and whoever asks is told how it stands."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.business import Profile, load
from callcenter.errors import BusinessError
from callcenter.events import ConversationHeld, Decision, Dialogue, InteractionCompleted, PolicyDecided, Turn
from callcenter.storage.agreements import Entry, MemoryAgreements
from services.policy.agreement import Agreement
from services.policy.judge import Judge
from services.policy.rulebook import Rulebook
from services.policy.worker import Desk, PolicyWorker
from tests import dossier
from tests.unit.policy.conftest import MONDAY_NOON, RETAIL, TOM, held, proof_of

DANA = proof_of("C-1001")
LATER = MONDAY_NOON + timedelta(hours=1)
DUE = MONDAY_NOON + timedelta(days=2)
Desks = Callable[[], PolicyWorker]


@pytest.fixture
def desk(worker: PolicyWorker) -> PolicyWorker:
    """The policy desk with nothing remembered."""
    return PolicyWorker(worker.desks)


def asked(
    contact: str, code: str = "refund_request", *also: str, at: datetime = MONDAY_NOON, words: str = "", **said: str
) -> ConversationHeld:
    """A contact of Dana's, or of whoever is named in what was `said`."""
    event = held(code, *also, at=at, **{"order_id": "48213", **DANA, **said})
    changes: dict[str, Any] = {"interaction_id": contact}
    if words:
        changes["transcript"] = (Turn(turn=0, at=at, speaker="customer", text=words),)
    return event.model_copy(update=changes)


def ended(event: PolicyDecided, ticket_id: str = "RET-1241", **ticket: Any) -> InteractionCompleted:
    """The contact as it has ended, with its ticket."""
    opened = dossier.opened(event, ticket_id)
    sla = opened.ticket.sla.model_copy(update={"resolution_due": DUE})
    kept = opened.ticket.model_copy(update={"sla": sla, **ticket})
    return dossier.completed(opened.model_copy(update={"ticket": kept})).model_copy(
        update={"occurred_at": event.occurred_at}
    )


async def decision(desk: PolicyWorker, event: ConversationHeld) -> Decision:
    return (await desk.decide(event)).policy.decisions[0]


async def agreed(desk: PolicyWorker, event: ConversationHeld, ticket_id: str = "RET-1241") -> PolicyDecided:
    """A contact to its end."""
    decided = await desk.decide(event)
    assert decided.policy.decisions[0].action
    await desk.remember(ended(decided, ticket_id))
    return decided


async def test_the_same_is_not_agreed_twice_and_the_customer_is_told(desk: PolicyWorker) -> None:
    await agreed(desk, asked("first"))
    again = await decision(desk, asked("second", at=LATER))
    assert (again.verdict, again.rule_id, again.action) == ("allow", None, None)
    assert again.reason_customer == (
        "On March 2 we agreed to refund $129.00 for order 48213: ticket RET-1241, to be done by March 4. "
        "There is nothing more you have to do, and nothing is done twice."
    )
    assert "contact first" in again.reason_internal
    assert again.facts["under_way"]["ticket"] == "RET-1241"


async def test_before_there_is_a_ticket_it_is_told_without(desk: PolicyWorker) -> None:
    await desk.decide(asked("first"))
    again = await decision(desk, asked("second"))
    assert again.reason_customer.startswith("On March 2 we agreed to refund $129.00 for order 48213. ")
    stuck = await decision(desk, asked("third", at=LATER + timedelta(minutes=1)))
    assert (stuck.verdict, stuck.action) == ("needs_review", None)


async def test_a_contact_delivered_again_is_decided_as_before(desk: PolicyWorker) -> None:
    event = asked("first")
    decided = await desk.decide(event)
    assert (await desk.decide(event)).encoded() == decided.encoded()
    await desk.remember(ended(decided))
    assert (await desk.decide(event)).encoded() == decided.encoded()
    for _ in range(2):
        await desk.remember(ended(decided))
    assert "RET-1241" in (await decision(desk, asked("second"))).reason_customer


async def test_what_is_late_goes_to_a_person_with_the_ticket(desk: PolicyWorker) -> None:
    await agreed(desk, asked("first"))
    late = await decision(desk, asked("second", at=DUE + timedelta(seconds=1)))
    assert (late.verdict, late.action) == ("needs_review", None)
    assert "RET-1241" in late.reason_customer
    assert "RET-1241" in late.reason_internal


async def test_after_its_days_it_is_decided_as_new(desk: PolicyWorker) -> None:
    await agreed(desk, asked("first"))
    days = timedelta(days=desk.desks["retail"].judge.rulebook.under_way.days)
    before = await decision(desk, asked("second", at=MONDAY_NOON + days - timedelta(seconds=1)))
    assert before.facts["under_way"]
    after = await decision(desk, asked("third", at=MONDAY_NOON + days))
    assert "under_way" not in after.facts


async def test_another_thing_is_decided_as_new(desk: PolicyWorker) -> None:
    buyer = proof_of("C-1042")
    await agreed(desk, asked("first", order_id="47801", **buyer))
    other = await decision(desk, asked("second", at=LATER, order_id="47809", **buyer))
    assert other.action
    label = await decision(desk, asked("third", "return_request", at=LATER, order_id="47801", **buyer))
    assert label.action
    assert label.action.name == "send_return_label"


async def test_the_account_of_another_remembers_nothing_of_it(desk: PolicyWorker) -> None:
    await agreed(desk, asked("first"))
    tom = {**proof_of("C-1002"), "order_id": "48213"}
    theirs = await desk.decide(held("refund_request", at=LATER, **tom))
    assert "RET-1241" not in theirs.model_dump_json()


async def test_who_is_not_proved_hears_nothing_of_it(desk: PolicyWorker) -> None:
    await agreed(desk, asked("first"))
    for said in ({"email": DANA["email"]}, {"email": DANA["email"], "postcode": "00000"}):
        event = held("refund_status", at=LATER, customer_id="C-1001", order_id="48213", **said)
        told = event.model_copy(
            update={
                "interaction_id": "second",
                "transcript": (Turn(turn=0, at=LATER, speaker="customer", text="RET-1241?"),),
            }
        )
        policy = (await desk.decide(told)).policy
        assert policy.decisions[0].action is None
        assert "129" not in policy.model_dump_json()
        assert "RET-1241" not in policy.model_dump_json()


async def test_another_amount_is_decided_as_new(desk: PolicyWorker) -> None:
    book = Agreement(action="refund", title="", interaction_id="", at=LATER, until=LATER, about={"order_id": "48213"})
    assert len({book.model_copy(update={"amount": amount}).key for amount in (None, 1, 2)}) == 3


async def test_how_a_thing_is_written_makes_no_difference() -> None:
    def key(**about: str) -> str:
        return Agreement(action="exchange", title="", interaction_id="", at=LATER, until=LATER, about=about).key

    assert key(product="Espresso Machine", order_id="48213") == key(order_id="48213", product="espresso  machine")


async def test_what_does_no_harm_twice_is_done_twice(desk: PolicyWorker) -> None:
    for contact in ("first", "second"):
        sent = await decision(desk, asked(contact, "account_access"))
        assert sent.action
        assert sent.action.name == "send_reset_link"


async def test_two_reasons_of_one_contact_that_lead_to_the_same_do_it_once(desk: PolicyWorker) -> None:
    decided = await desk.decide(asked("first", "refund_request", "refund_request"))
    assert [bool(one.action) for one in decided.policy.decisions] == [True, False]


async def test_a_question_about_it_is_told_how_it_stands(desk: PolicyWorker) -> None:
    event = asked("first")
    general = event.contact_reason.model_copy(update={"asks": "question"})
    await desk.decide(event.model_copy(update={"contact_reason": general}))
    await agreed(desk, event.model_copy(update={"interaction_id": "second"}))
    third = event.model_copy(update={"interaction_id": "third", "contact_reason": general})
    assert "RET-1241" in (await decision(desk, third)).reason_customer


async def test_who_asks_what_became_of_it_is_told_how_it_stands_and_gets_nothing_done(desk: PolicyWorker) -> None:
    event = asked("first", "order_cancel", order_id="48244", **TOM)
    follows_up = event.contact_reason.model_copy(update={"asks": "question", "follows_up": True})
    before = await decision(desk, event.model_copy(update={"contact_reason": follows_up}))
    assert before.action is None
    shipped = asked("second", "order_cancel")
    general = shipped.contact_reason.model_copy(update={"asks": "question"})
    stands = general.model_copy(update={"follows_up": True})
    answered = await decision(desk, shipped.model_copy(update={"contact_reason": general}))
    told = await decision(desk, shipped.model_copy(update={"contact_reason": stands}))
    assert (answered.rule_id, answered.action) == (None, None)
    assert told.rule_id is not None
    assert (told.verdict, told.action) == ("deny", None)


async def test_the_status_of_a_refund_knows_what_was_agreed(desk: PolicyWorker) -> None:
    assert (await decision(desk, asked("zero", "refund_status"))).rule_id == "refund_status.none"
    await agreed(desk, asked("first"))
    status = await decision(desk, asked("second", "refund_status", at=LATER))
    assert (status.verdict, status.rule_id, status.action) == ("allow", "refund_status.agreed", None)
    assert status.reason_customer.startswith(
        "On March 2 we agreed to refund $129.00 for order 48213: ticket RET-1241, to be done by March 4."
    )
    late = await decision(desk, asked("third", "refund_status", at=DUE + timedelta(seconds=1)))
    assert (late.verdict, late.rule_id) == ("needs_review", "refund_status.agreed_late")


async def test_a_ticket_number_that_was_said_is_found(desk: PolicyWorker) -> None:
    await agreed(desk, asked("first"), "RET-1241")
    for words in ("any update? ticket RET-1241", "what about ret 1241", "RET1241."):
        told = await decision(desk, asked("second", "refund_status", at=LATER, words=words, order_id="48260"))
        assert "ticket RET-1241, to be done by March 4" in told.reason_customer
    for words in ("any update? ticket RET-12411", "BRET-1241", "1241"):
        other = await decision(desk, asked("second", "refund_status", at=LATER, words=words, order_id="48260"))
        assert "RET-1241" not in other.reason_customer


async def test_a_ticket_that_people_work_on_is_told_of_although_nothing_was_agreed(desk: PolicyWorker) -> None:
    decided = await desk.decide(asked("first", "payment_problem"))
    assert decided.policy.decisions[0].action is None
    await desk.remember(ended(decided, "RET-1250"))
    told = await decision(desk, asked("second", "refund_status", at=LATER, words="news on RET-1250?"))
    assert (told.verdict, told.action) == ("allow", None)
    assert (
        told.reason_customer.startswith("Ticket RET-1250 of March 2 (A payment failed")
        or "RET-1250" in told.reason_customer
    )
    await desk.remember(ended(decided, "RET-1250", status="resolved"))
    gone = await decision(desk, asked("second", "refund_status", at=LATER, words="news on RET-1250?"))
    assert "RET-1250" not in gone.reason_customer


async def test_each_ticket_of_a_contact_is_known_by_its_own_number(desk: PolicyWorker) -> None:
    decided = await desk.decide(asked("first", "refund_request", "payment_problem"))
    assert [one.action is not None for one in decided.policy.decisions] == [True, False]
    record = ended(decided, "RET-1241")
    further = {"ticket_id": "RET-1241-2", "decisions": (1,), "reasons": ("payment_problem",)}
    tickets = (record.ticket.model_copy(update={"decisions": (0,)}), record.ticket.model_copy(update=further))
    for _ in range(2):
        await desk.remember(record.model_copy(update={"ticket": tickets[0], "tickets": tickets}))
    refund = await decision(desk, asked("second", at=LATER))
    assert "ticket RET-1241, to be done" in refund.reason_customer
    told = await decision(desk, asked("third", "refund_status", at=LATER, words="news on RET-1241-2?"))
    assert told.reason_customer.startswith("Ticket RET-1241-2 of March 2 (Payment problem) is open")


async def test_the_number_of_anothers_ticket_is_answered_like_one_that_there_is_not(desk: PolicyWorker) -> None:
    await agreed(desk, asked("first"))
    told = [
        await decision(
            desk,
            asked("second", "refund_status", at=LATER, words=f"news on {number}?", **{"order_id": "48244", **TOM}),
        )
        for number in ("RET-1241", "RET-9999", "RET-1241-2")
    ]
    assert told[0] == told[1] == told[2]
    assert "RET-" not in told[0].reason_customer


async def test_who_says_only_a_ticket_number_is_told_of_its_matter(desk: PolicyWorker) -> None:
    await agreed(desk, asked("first"))
    event = asked("second", at=LATER, words="hello, RET-1241 please")
    unclear = event.model_copy(update={"outcome": "unclear", "contact_reason": None})
    assert "RET-1241" in (await decision(desk, unclear)).reason_customer


async def test_what_was_claimed_and_not_decided_is_let_go_when_the_contact_ends(desk: PolicyWorker) -> None:
    decided = await desk.decide(asked("first"))
    other = decided.policy.decisions[0].model_copy(update={"action": None})
    policy = decided.policy.model_copy(update={"decisions": (other,)})
    await desk.remember(ended(decided.model_copy(update={"policy": policy}), status="resolved"))
    assert (await decision(desk, asked("second"))).action


class Slow(MemoryAgreements):
    """Between reading and claiming others get their turn, as with a server."""

    async def of(self, account: str) -> list[Entry]:
        found = await super().of(account)
        await asyncio.sleep(0)
        return found


async def test_of_many_contacts_at_once_one_is_agreed_to(desk: PolicyWorker) -> None:
    workers = [PolicyWorker(desk.desks, Slow())]
    workers.append(PolicyWorker(desk.desks, workers[0].agreements))
    decided = await asyncio.gather(*(decision(workers[n % 2], asked(str(n))) for n in range(8)))
    assert sum(bool(one.action) for one in decided) == 1
    assert sum("under_way" in one.facts for one in decided) == 7


BUYER = proof_of("C-1042")
ORDERS = ("47801", "47809")
steps = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(["refund_request", "double_charge", "damaged_item"]),
        st.sampled_from(ORDERS),
        st.booleans(),
    ),
    max_size=14,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
async def test_in_any_order_and_however_often_delivered_a_thing_is_agreed_to_once(
    worker: PolicyWorker, steps: list[tuple[str, str, str, bool]]
) -> None:
    desk, agreements, first = PolicyWorker(worker.desks), dict[tuple[Any, ...], str](), dict[str, PolicyDecided]()
    for contact, code, order, ends in steps:
        name = f"{contact}/{code}/{order}"
        decided = await desk.decide(asked(name, code, order_id=order, **BUYER))
        assert (
            decided.encoded() == first.setdefault(name, decided).encoded() or not first[name].policy.decisions[0].action
        )
        for one in decided.policy.decisions:
            if one.action:
                assert agreements.setdefault((one.action.name, one.action.amount, order), name) == name
        if ends:
            await desk.remember(ended(first[name]))


def changed(folder: Path, old: str, new: str) -> Path:
    policy = (RETAIL / "policy.yaml").read_text()
    assert old in policy
    (folder / "policy.yaml").write_text(policy.replace(old, new, 1))
    return folder


async def test_the_business_says_for_how_long_and_what(worker: PolicyWorker, tmp_path: Path) -> None:
    book = load(
        changed(tmp_path, "under_way:\n  days: 30", "under_way:\n  days: 2\n  agreed: 'All set.'"),
        "policy.yaml",
        Rulebook,
    )
    judge = Judge(book, load(RETAIL, "business.yaml", Profile))
    desk = PolicyWorker({"retail": Desk(worker.desks["retail"].accounts, judge)})
    await agreed(desk, asked("first"))
    assert (await decision(desk, asked("second"))).reason_customer == "All set."
    assert (await decision(desk, asked("third", at=MONDAY_NOON + timedelta(days=2)))).action


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "repeatable: [send_payment_link",
            "repeatable: [send_payment_lnk",
            "no rule has the action send_payment_lnk; did",
        ),
        ("    reship: send", "    reshipp: send", "no rule has the action reshipp; did you mean reship?"),
        ("under_way:\n", "under_way:\n  late: '{ticket}'\n", r"there is no fact {ticket} here; there is {told}"),
    ],
)
def test_a_mistake_in_it_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(BusinessError) as mistake:
        load(changed(tmp_path, old, new), "policy.yaml", Rulebook)
    assert told in str(mistake.value)
    assert "policy.yaml, line" in str(mistake.value)


async def test_in_a_demo_only_who_speaks_of_an_earlier_contact_hears_of_it(worker: PolicyWorker) -> None:
    desk = PolicyWorker(worker.desks, demo=True)
    await agreed(desk, asked("first"))
    assert (await decision(desk, asked("second", at=LATER))).action
    third = asked("third", at=LATER).model_copy(update={"dialogue": Dialogue(earlier=True)})
    assert not (await decision(desk, third)).action
