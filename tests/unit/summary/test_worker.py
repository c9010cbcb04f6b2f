from datetime import timedelta
from pathlib import Path

import pytest

from callcenter.errors import BusinessError, Permanent
from callcenter.events import Escalation, InteractionCompleted, Request, TicketOpened
from services.summary import SummarySettings, SummaryWorker, build

from .conftest import NOON, make_decision, make_event, make_ticket


@pytest.fixture
def worker(businesses: Path) -> SummaryWorker:
    return build(SummarySettings(businesses_dir=businesses))


async def test_the_record_is_complete(worker: SummaryWorker) -> None:
    opened = make_event()
    done = await worker.wrap_up(opened)
    assert isinstance(done, InteractionCompleted)
    assert (done.rev, done.causation_id) == (opened.rev + 1, opened.event_id)
    assert (done.ticket, done.policy) == (opened.ticket, opened.policy)
    assert done.contact.ended_at == NOON + timedelta(seconds=30)
    assert done.disposition.code == "return_approved"
    assert done.follow_ups


async def test_the_provenance_names_what_made_the_record(worker: SummaryWorker) -> None:
    made = (await worker.wrap_up(make_event())).provenance
    assert (made.understanding, made.model, made.business, made.business_version) == ("classic", "svm", "retail", "3")
    assert (made.policy_version, made.policy_hash, made.schema_version) == ("2", "abc", 1)


async def test_the_same_event_gives_the_same_record(worker: SummaryWorker) -> None:
    once, again = await worker.wrap_up(make_event()), await worker.wrap_up(make_event())
    assert once.encoded() == again.encoded()


async def test_an_unknown_business_is_permanent(worker: SummaryWorker) -> None:
    with pytest.raises(Permanent, match=r"no business named 'bakery'. It has loaded: retail\."):
        await worker.wrap_up(make_event(request=Request(business="bakery", text="hi")))


def test_it_consumes_tickets_and_publishes_records() -> None:
    assert SummaryWorker.subscriptions[TicketOpened].publishes == (InteractionCompleted,)
    assert SummaryWorker.name == "summary"


def test_a_business_without_wording_is_refused_at_boot(businesses: Path) -> None:
    (businesses / "retail" / "wrap_up.yaml").unlink()
    with pytest.raises(BusinessError, match=r"retail/wrap_up.yaml is missing"):
        build(SummarySettings(businesses_dir=businesses))


async def test_who_guessed_is_told_what_everybody_is_told_who_is_refused(worker: SummaryWorker) -> None:
    refused = make_decision("deny", rule_id=None)
    looked_at = make_event(
        refused.model_copy(update={"escalation": "identity_guessed"}),
        ticket=make_ticket(status="open"),
        escalation=Escalation(state="requested", reason_code="identity_guessed"),
    )
    plain, guessed = await worker.wrap_up(make_event(refused)), await worker.wrap_up(looked_at)
    assert guessed.transcript[-1].text == plain.transcript[-1].text
