"""What programs send is not answered, and two programs that answer each other end."""

import pytest

from callcenter import telemetry
from callcenter.events import utc_now
from callcenter.storage.post import Letter
from tests.mail import DANA, HELP, Reached, a_mail, from_whom, reached
from tests.waiting import until

ABSENT = "I am out of the office until Monday."


def _counted() -> float:
    return (
        telemetry.REGISTRY.get_sample_value(
            "callcenter_moments_total", {"moment": "mail_not_answered", "service": "intake"}
        )
        or 0.0
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner=x"},
        {"Precedence": "bulk"},
        {"Precedence": "JUNK"},
        {"Precedence": "list"},
        {"X_Auto_Response_Suppress": "OOF, AutoReply"},
        {"List_Id": "<news.customer.example>"},
        {"List_Unsubscribe": "<mailto:off@customer.example>"},
        {"From": "Mail Delivery System <MAILER-DAEMON@customer.example>"},
        {"From": "no-reply@customer.example"},
        {"From": "do_not_reply@customer.example"},
        {"From": f"Harbor & Pine <{HELP}>"},
        {"X_Loop": HELP},
    ],
    ids=lambda headers: " ".join(map(": ".join, headers.items())),
)
async def test_a_mail_of_a_program_is_taken_counted_and_not_answered(shop: Reached, headers: dict[str, str]) -> None:
    contacts, counted = len(await shop.interactions()), _counted()
    assert (await shop.deliver(a_mail(ABSENT, "Away", **headers))).startswith("250")
    assert _counted() == counted + 1
    assert len(await shop.interactions()) == contacts


async def test_a_mail_without_return_path_or_through_too_many_servers_is_not_answered(shop: Reached) -> None:
    contacts = len(await shop.interactions())
    assert (await shop.deliver(a_mail(ABSENT), sender="")).startswith("250")
    hops = b"".join(b"Received: from a%d by b\r\n" % hop for hop in range(51))
    assert (await shop.deliver(hops + a_mail(ABSENT).as_bytes())).startswith("250")
    assert len(await shop.interactions()) == contacts


async def test_our_own_mail_that_comes_back_to_us_is_not_answered(shop: Reached) -> None:
    first = a_mail("Where is order 48213?", From=from_whom("kay"))
    await shop.deliver(first)
    ours, contacts = await shop.answer_to(first), len(await shop.interactions())
    for header in ("X-Loop", "Auto-Submitted", "X-Auto-Response-Suppress"):
        del ours[header]
    ours.replace_header("From", DANA)  # as a rule that passes mails on may have it
    assert (await shop.deliver(ours)).startswith("250")
    assert len(await shop.interactions()) == contacts


async def test_who_is_answered_too_often_in_an_hour_is_answered_no_more_and_it_shows() -> None:
    async with reached(mail_answers_per_hour=2) as shop:
        for number in range(3):
            await shop.deliver(a_mail(f"Where is order 4821{number}?", From=from_whom("lee")))
        await until(lambda: _states(shop, ["failed", "sent", "sent"]), 60)
        assert shop.receiver.asked == 2
        letter = Letter("0" * 36, "RET-1-r2", "retail", "lee@customer.example", "Hi", "It is there.", by="kim")
        await shop.house.runtime.post.put(letter, utc_now())
        await until(lambda: shop.receiver.asked == 3, 30)  # what people answer is not counted


async def _states(shop: Reached, states: list[str]) -> bool:
    mails = [await shop.mails_of(card["id"]) for card in await shop.interactions()]
    return sorted(mail["state"] for ones in mails for mail in ones) == states


REPORT = """\
From: MAILER-DAEMON@relay.example
To: {help}
Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; mia@customer.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox
--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Re: parcel
--b--
"""


async def test_a_mail_that_came_back_has_failed_and_says_why_and_one_that_is_late_has_not(shop: Reached) -> None:
    mail = a_mail("Where is order 48213?", "parcel", From=from_whom("mia"))
    await shop.deliver(mail)
    answer, contact = await shop.answer_to(mail), (await shop.interactions())[0]["id"]
    await until(lambda: _sent(shop, contact), 30)
    forged = str(answer["Message-ID"]).replace(".turn-1.", ".turn-1.0")
    for action, message_id in (("delayed", answer["Message-ID"]), ("failed", forged)):
        await shop.deliver(REPORT.format(help=HELP, action=action, message_id=message_id).encode(), sender="")
        assert [one["state"] for one in await shop.mails_of(contact)] == ["sent"]
    await shop.deliver(REPORT.format(help=HELP, action="failed", message_id=answer["Message-ID"]).encode(), sender="")
    (failed,) = await shop.mails_of(contact)
    assert failed["state"] == "failed"
    assert failed["why"] == "came back: smtp; 550 5.1.1 no such mailbox"


async def _sent(shop: Reached, contact: str) -> bool:
    return [one["state"] for one in await shop.mails_of(contact)] == ["sent"]
