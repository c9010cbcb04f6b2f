"""Mail on the real broker and store: a contact by mail from its first mail to the answer of a person."""

from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from tests.mail import a_mail, a_reply, from_whom, reached
from tests.waiting import until


async def test_a_contact_by_mail_on_rabbitmq_and_redis(amqp_url: str, redis_url: str, namespace: str) -> None:
    settings = RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, drain_timeout=2)
    limits = {"silence_after": 1, "mail_silence": 1, "sweep_every": 0.1, "accept_timeout": 5}
    async with reached(runtime=Runtime.distributed(settings), **limits) as shop:
        await until(lambda: shop.house.runtime.transport.trouble() is None, 30)
        mail = a_mail("Please let me talk to a human being about my complaint.", "Complaint", From=from_whom("ola"))
        for _ in range(2):
            assert (await shop.deliver(mail)).startswith("250")
        first = await shop.answer_to(mail)
        last = await until(lambda: next((one for one in shop.receiver.taken if "[RET-" in one["Subject"]), None), 60)
        (card,) = await shop.interactions()
        comment = {"by": "kim", "text": "We are sorry, and have sent a new one.", "public": True}
        said = await shop.house.client.post(f"/v1/tickets/{card['ticket_id']}/comments", json=comment)
        assert said.status_code == 201
        told = await until(lambda: next((one for one in shop.receiver.taken if "kim" in str(one["From"])), None), 60)
        assert card["ticket_id"] in told["Subject"]
        thanks = a_reply(told, "Thank you.", From=from_whom("ola"))
        assert (await shop.deliver(thanks)).startswith("250")
        follower = (await shop.interactions())[0]
        assert follower["follows"] == card["id"]
        await shop.answer_to(thanks)
        mails = await shop.mails_of(card["id"])
        assert {one["state"] for one in mails} == {"sent"}
        assert [len(mails), str(first["Message-ID"])] == [2, str(last["Message-ID"])], (
            "one mail for what is said at once"
        )
        assert mails[-1]["by"] == "kim"
