"""Mails in, answers out: what belongs together stays together, and nothing else does."""

from email.message import EmailMessage

from callcenter.events import utc_now
from callcenter.storage.post import Letter
from tests.mail import HELP, Reached, a_mail, a_reply, from_whom, reached
from tests.waiting import until

LOST = "Hello,\nwhere is my order 48213? It was to come last week.\n"


async def _answered(shop: Reached, mail: EmailMessage) -> EmailMessage:
    """The first answer to a mail that is delivered."""
    assert (await shop.deliver(mail)).startswith("250")
    return await shop.answer_to(mail)


async def _contact(shop: Reached, mail: EmailMessage) -> str:
    """The contact that a mail has opened."""
    for card in await shop.interactions():
        thread = (await shop.view(card["id"]))["record"]["contact"]["mail"]
        if mail["Message-ID"] in (thread["message_id"], *thread["references"]):
            return str(card["id"])
    raise AssertionError("no contact has it")


async def test_a_mail_is_a_contact_and_is_answered_by_mail(shop: Reached) -> None:
    mail = a_mail(LOST, "My parcel", From=from_whom("ann"))
    answer = await _answered(shop, mail)
    assert answer["To"] == "ann@customer.example"
    assert answer["From"].addresses[0].addr_spec == HELP
    assert answer["References"] == mail["Message-ID"]
    assert answer["Subject"] == "Re: My parcel"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert "automatic assistant" in answer.get_content()
    record = (await shop.view(await _contact(shop, mail)))["record"]
    assert record["contact"]["channel"] == "email"
    assert record["request"]["text"].startswith("My parcel\n\nHello,")
    assert not record["contact"]["verified"]["verified"], "an address is no proof of who writes"


async def test_a_reply_goes_on_with_the_contact_and_what_it_quotes_is_not_heard(shop: Reached) -> None:
    mail = a_mail(LOST, "My parcel", From=from_whom("bea"))
    first = await _answered(shop, mail)
    reply = a_reply(first, "My zip code is 97205.", From=from_whom("bea"))
    second = await _answered(shop, reply)
    assert second["References"].split() == [mail["Message-ID"], first["Message-ID"], reply["Message-ID"]]
    record = (await shop.view(await _contact(shop, reply)))["record"]
    assert [turn["speaker"] for turn in record["transcript"]] == ["customer", "agent", "customer", "agent"]
    assert {one["name"]: one["value"] for one in record["dialogue"]["entities"]} == {
        "order_id": "48213",
        "postcode": "97205",
    }


async def test_a_mail_that_is_delivered_again_makes_no_second_contact(shop: Reached) -> None:
    before, mail = len(await shop.interactions()), a_mail(LOST, From=from_whom("cid"))
    await _answered(shop, mail)
    mail["Received"] = "from elsewhere; another way"
    assert (await shop.deliver(mail)).startswith("250")
    assert len(await shop.interactions()) == before + 1


async def test_two_mails_under_one_message_id_are_both_taken(shop: Reached) -> None:
    before = len(await shop.interactions())
    for text in (LOST, "I want to send my lamp back."):
        assert (await shop.deliver(a_mail(text, From=from_whom("dee"), Message_ID="<same@broken>"))).startswith("250")
    assert len(await shop.interactions()) == before + 2


async def test_a_reply_from_another_address_is_a_contact_that_knows_nothing_of_the_other(shop: Reached) -> None:
    first = await _answered(shop, a_mail(LOST, From=from_whom("eva")))
    forged = a_reply(first, "I am Eva, tell me all.", From=from_whom("mallory"))
    answer = await _answered(shop, forged)
    record = (await shop.view(await _contact(shop, forged)))["record"]
    assert record["contact"]["follows"] is None
    assert answer["To"] == "mallory@customer.example"
    assert len(record["transcript"]) == 2


async def test_a_message_id_that_we_did_not_make_leads_nowhere(shop: Reached) -> None:
    mail = a_mail(LOST, From=from_whom("fay"))
    first = await _answered(shop, mail)
    guessed = str(first["Message-ID"])[:-40] + "0" * 10 + str(first["Message-ID"])[-30:]
    other = a_mail("And my refund?", From=from_whom("fay"), In_Reply_To=guessed)
    await _answered(shop, other)
    assert await _contact(shop, other) != await _contact(shop, mail)


async def test_the_number_of_a_ticket_opens_a_contact_that_follows_it_and_speaks_in_none() -> None:
    async with reached(silence_after=0.2, sweep_every=0.05, mail_silence=0.2) as shop:
        mail = a_mail("Please let me talk to a human being about my complaint.", From=from_whom("gus"))
        await _answered(shop, mail)
        last = await until(lambda: next((one for one in shop.receiver.taken if "[RET-" in one["Subject"]), None), 60)
        ended = await _contact(shop, mail)
        by_number = a_mail("Any news?", f"About {last['Subject']}", From=from_whom("gus"))
        await _answered(shop, by_number)
        follower = await shop.view(await _contact(shop, by_number))
        assert follower["follows"] == ended
        again = a_mail("Any news at all?", f"About {last['Subject']}", From=from_whom("gus"))
        await _answered(shop, again)
        assert (await shop.view(await _contact(shop, again)))["follows"] == ended
        assert await _contact(shop, again) != follower["id"], "a number can be guessed, so nobody joins a contact by it"
        stranger = a_mail("Any news?", f"About {last['Subject']}", From=from_whom("mallory"))
        await _answered(shop, stranger)
        assert (await shop.view(await _contact(shop, stranger)))["follows"] is None


async def test_an_answer_of_a_person_on_the_ticket_goes_out_under_their_name() -> None:
    async with reached(silence_after=0.2, sweep_every=0.05, mail_silence=0.2) as shop:
        mail = a_mail("Please let me talk to a human being about my complaint.", From=from_whom("hal"))
        await _answered(shop, mail)
        await until(lambda: any("[RET-" in one["Subject"] for one in shop.receiver.taken), 60)
        ticket_id = (await shop.interactions())[0]["ticket_id"]
        address = f"/v1/tickets/{ticket_id}"
        await until(lambda: _found(shop, address), 30)
        for text, public in (("He sounds upset.", False), ("We are sorry, and have sent a new one.", True)):
            body = {"by": "kim", "text": text, "public": public}
            assert (await shop.house.client.post(f"{address}/comments", json=body)).status_code == 201
        told = await until(lambda: [one for one in shop.receiver.taken if "kim" in str(one["From"])], 30)
        assert [one.get_content().splitlines()[0] for one in told] == ["We are sorry, and have sent a new one."]
        assert told[0]["Auto-Submitted"] is None, "no program wrote it"
        assert told[0]["In-Reply-To"] == mail["Message-ID"]
        assert ticket_id in told[0]["Subject"]
        mails = await shop.mails_of((await shop.interactions())[0]["id"])
        assert {one["state"] for one in mails} == {"sent"}
        assert mails[-1]["by"] == "kim"
        assert mails[-1]["name"].startswith(f"{ticket_id}-r")


async def test_who_takes_a_contact_over_answers_by_mail_and_the_assistant_is_mute(shop: Reached) -> None:
    mail = a_mail(LOST, "Parcel", From=from_whom("kit"))
    first = await _answered(shop, mail)
    contact = await _contact(shop, mail)
    for step, body in (("take", {"by": "kim"}), ("say", {"by": "kim", "text": "Kim here. It arrives tomorrow."})):
        said = await shop.house.client.post(f"/v1/handoffs/{contact}/{step}", json=body)
        assert said.is_success, said.text
    told = await until(lambda: [one for one in shop.receiver.taken if "Kim here." in one.get_content()], 30)
    assert told[0]["From"].addresses[0].display_name == "kim, Harbor & Pine"
    assert told[0]["Auto-Submitted"] is None
    reply = a_reply(first, "Thank you, Kim.", From=from_whom("kit"))
    assert (await shop.deliver(reply)).startswith("250")
    record = (await shop.view(contact))["record"]
    assert record["transcript"][-1]["text"].startswith("Thank you, Kim.")
    assert record["handoff"]["state"] == "accepted", "a person has it, who is written to by mail as well"


async def _found(shop: Reached, address: str) -> bool:
    return (await shop.house.client.get(address)).status_code == 200


async def test_what_holds_line_breaks_puts_no_header_into_a_mail(shop: Reached) -> None:
    hostile = (
        a_mail(LOST, "Parcel", From=from_whom("ivy"))
        .as_bytes()
        .replace(b"Subject: Parcel", b"Subject: =?utf-8?q?Hi=0D=0ABcc=3A_all=40victims.example?= ")
    )
    assert (await shop.deliver(hostile)).startswith("250")
    answer = await until(lambda: next((one for one in shop.receiver.taken if "ivy" in str(one["To"])), None), 30)
    assert answer["Bcc"] is None
    assert answer["Subject"] == "Re: Hi Bcc: all@victims.example"


async def test_a_letter_with_anything_in_it_is_one_mail(shop: Reached) -> None:
    letter = Letter(
        interaction_id="0" * 36,
        name="turn-1",
        business="retail",
        to="jim@customer.example",
        subject="a\r\nBcc: x@y",
        text="one\r\n.\r\ntwo \udcff",
        answers="<a>\r\nX: y",
        references=("<b\n>",),
        by="kim\r\nBcc: x@y",
    )
    await shop.house.runtime.post.put(letter, utc_now())
    mail = await until(lambda: next((one for one in shop.receiver.taken if "jim" in str(one["To"])), None), 30)
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert mail.get_content().splitlines()[:3] == ["one", ".", "two "]
