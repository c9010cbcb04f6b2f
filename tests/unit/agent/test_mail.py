"""Of a mail only the customer's own new words are read, and what signs them; all else stays where it is, unread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.events import Dialogue, Turn
from services.agent.commands import SetFact, StartCase
from services.agent.conversation import Desk
from services.agent.hearing.mail import opened
from services.agent.worker import AgentWorker
from tests.unit.agent.conftest import NOW, requested

GMAIL = """Hi Maya,

the blender never came. Where is my order 48213?

On Tue, Nov 17, 2026 at 9:04 AM Northwind Shop <help@northwind.example>
wrote:

> Dear Farah,
> would you like to cancel order 50001 and get a refund?
> Call us on +1 555 010 2000.
"""
OUTLOOK = """Please cancel my order 48213.

Kind regards,
Farah Haddad
Tel: +1 (555) 010-1001
farah.haddad@example.com

________________________________
From: Northwind Shop <help@northwind.example>
Sent: Tuesday, November 17, 2026 9:04 AM
To: Farah Haddad <farah@work.example>
Subject: Your order 50001

Would you like a refund? Just tell us to send it back.
"""
OLD_OUTLOOK = """I want to return the kettle
Sent from my iPhone

-----Original Message-----
From: Shop
Sent: Tuesday
Subject: Where is my parcel

Where is my parcel?
"""
APPLE = """My zip code is 94107.

Sent from my iPad

> On 17 Nov 2026, at 09:04, Northwind Shop <help@northwind.example> wrote:
>
> What is your zip code? It is not 10115, is it?
"""
BELOW = """On 17/11/2026 09:04, Northwind Shop wrote:
> Which order is it?
It is 48213.
> And what is wrong?
The lid is broken, please send a new one.

--\x20
Farah Haddad, Head of Refunds
94107 San Francisco
"""
THUNDERBIRD = """Where is my order 48213?

Am 17.11.26 um 09:04 schrieb Northwind Shop:
> Please cancel your order.
"""
BARE = """Where is my order 48213?

Le mar. 17 nov. 2026 \u00e0 09:04, Northwind Shop <help@northwind.example> a \u00e9crit :

Vous pouvez annuler la commande 50001.
"""
FORWARDED = """I was charged twice for this, please look into it

Begin forwarded message:

From: Northwind Shop <help@northwind.example>
Subject: Receipt
Date: 17 November 2026
To: farah@example.com

Your order 50001, $40.00. Cancel it here.
"""
HTML = (
    "<html><head><style>p {color: red}</style></head><body><p>Where is my order 48213&nbsp;please?</p><br>"
    '<div>Thanks,</div><div>Farah Haddad</div><div class="gmail_quote"><div>On Tue, Nov 17, 2026 at 9:04 AM Shop '
    "&lt;help@northwind.example&gt; wrote:<br></div><blockquote><p>Cancel order 50001?</p>"
    "<blockquote>I want a refund</blockquote></blockquote></div></body></html>"
)
OUTLOOK_HTML = (
    '<html xmlns:o="urn:x"><body lang=EN-US><div class=WordSection1><p class=MsoNormal>My order 48213 is broken</p>'
    "<p><o:p>&nbsp;</o:p></p><p>Regards,</p><p>Farah Haddad</p><div><p class=MsoNormal><b>From:</b> Shop &lt;help@"
    "northwind.example&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> Farah<br><b>Subject:</b> Your order 50001</p></div>"
    "<p>Would you like to cancel it?</p></div></body></html>"
)
YAHOO = (
    "Cancel my plan please\n\nSent from Yahoo Mail on Android \n \n  On Tue, Nov 17, 2026 at 9:04 AM, Care"
    "<care@northwind.example> wrote:   Dear customer, will you upgrade?"
)
SAMSUNG = """I never got my refund


Sent from my Galaxy


-------- Original message --------
From: Shop <help@northwind.example>
Date: 17/11/2026 09:04 (GMT+00:00)
To: farah@example.com
Subject: Your order 50001

Please cancel it
"""
PROTON = """Please call me

Sent with [Proton Mail](https://proton.me/mail/home) secure email.

On Tuesday, November 17th, 2026 at 9:04 AM, Shop <help@northwind.example> wrote:

> Would you like to cancel?
"""
SERVICE_DESK = """The modem is dead

##- Please type your reply above this line -##

Your request (123) has been updated. Would you like a refund?
"""
BANNER = """CAUTION: This email originated from outside of the organization.
Do not click links.

I lost my card
"""
LEGAL = """Where is my order 48213?

This e-mail and any attachments are confidential and intended solely for the addressee.
If you have received it in error, please delete it and close your account.
"""
ONE_LINE = (
    "Please cancel order 48213. Thanks, Farah On Tue, Nov 17, 2026 at 9:04 AM Shop <help@northwind.example> wrote: "
    "would you like a refund for order 50001?"
)


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (GMAIL, "Hi Maya, the blender never came. Where is my order 48213?"),
        (OUTLOOK, "Please cancel my order 48213."),
        (OLD_OUTLOOK, "I want to return the kettle"),
        (APPLE, "My zip code is 94107."),
        (BELOW, "It is 48213. The lid is broken, please send a new one."),
        (THUNDERBIRD, "Where is my order 48213?"),
        (BARE, "Where is my order 48213?"),
        (FORWARDED, "I was charged twice for this, please look into it"),
        (HTML, "Where is my order 48213 please?"),
        (LEGAL, "Where is my order 48213?"),
        (OUTLOOK_HTML, "My order 48213 is broken"),
        (YAHOO, "Cancel my plan please"),
        (SAMSUNG, "I never got my refund"),
        (PROTON, "Please call me"),
        (SERVICE_DESK, "The modem is dead"),
        (BANNER, "I lost my card"),
        (ONE_LINE, "Please cancel order 48213. Thanks, Farah"),
        (GMAIL.replace("\n", "\r\n"), "Hi Maya, the blender never came. Where is my order 48213?"),
    ],
)
def test_only_the_new_words_of_the_customer_are_their_own(text: str, own: str):
    assert squeezed(opened(text).own) == own


@pytest.mark.parametrize(
    ("text", "card"),
    [
        (OUTLOOK, "Kind regards, Farah Haddad Tel: +1 (555) 010-1001 farah.haddad@example.com"),
        (BELOW, "-- Farah Haddad, Head of Refunds 94107 San Francisco"),
        (HTML, "Thanks, Farah Haddad"),
        (GMAIL, ""),
    ],
)
def test_what_signs_them_is_stated_too(text: str, card: str):
    mail = opened(text)
    assert squeezed(mail.stated) == f"{squeezed(mail.own)} {card}".strip()


@pytest.mark.parametrize(
    "text",
    [
        OUTLOOK.split("\n\n", 2)[2],
        FORWARDED.split("\n\n", 1)[1],
        "---------- Forwarded message ---------\n" + FORWARDED.split("\n\n", 2)[2],
        GMAIL.split("\n\n", 2)[2],
        "> cancel my order\n> please",
    ],
)
def test_of_a_mail_by_somebody_else_nothing_is_their_own(text: str):
    assert not opened(text).stated.strip()


@pytest.mark.parametrize(
    "text",
    [
        "Where is my order?",
        "> 3 weeks and still no refund",
        "I <3 your shop, but size < 9 and > 7 does not fit",
        "Write to <dana@example.com> and tell <name> please",
        "Thanks",
        "Hello\nThanks,\nplease cancel order 48213",
        "Thanks,\nwhere is it?",
        "Cancel both:\n- 48213\n- 48214\nand refund me",
        "On Monday your colleague wrote: you get a refund.\nI did not get it.",
        "On 3 November your colleague wrote:\nyou get a refund.\nI did not get it.",
        "On Nov 3 at 9:00 I wrote: please cancel my order. Nobody did. Cancel it now!",
        "On 3 Nov at 9:00 you wrote:\nthe money is on its way. Where is it?",
        "On 3 Nov your agent anna@shop.example wrote: you get the money. Where is it?",
        "This message is a complaint. Your agent said it is confidential.\nI want a refund.",
        "Hello\n--\nPlease cancel my order 48213",
        "From: 12 Oak Street\nTo: 5 Elm Street\nDate: 3 November\nPlease change it",
        "Subject: Refund for order 48213\n\nIt is broken.",
        "This message is about my refund.\nIt never came.",
        "hi\n>:(\nno answer for weeks",
        "yes\nplease",
        "WHERE IS IT\nTHANKS\nCANCEL MY ORDER",
        "",
        "\n",
    ],
)
def test_what_only_looks_like_mail_is_left_as_it_is(text: str):
    assert opened(text).own == text


LINES = """hello
> quoted
On Tue, Nov 3, 2026 at 9:00 Shop <a@b.co> wrote:
From: a@b.co
Subject: x
--
Thanks,
Farah

_____
<blockquote>
</blockquote>
<p>
<!--
-->
This e-mail is confidential
Sent from my iPhone"""
ANY_MAIL = st.lists(st.sampled_from(LINES.splitlines()) | st.text(max_size=12)).map("\n".join)


@given(ANY_MAIL)
def test_nothing_moves_and_nothing_grows(text: str):
    mail = opened(text)
    assert len(mail.own) == len(mail.stated) == len(text)
    for own, stated, written in zip(mail.own, mail.stated, text, strict=True):
        assert stated in (written, " ", "\n", ">") or "&" in text
        assert own in (stated, " ")


@given(ANY_MAIL)
def test_a_quoted_line_is_never_their_own(text: str):
    assert "> quoted" not in opened(f"hello\n{text}").stated.splitlines()


# --- what the agent makes of it ---------------------------------------------------------------------------------------


async def heard(desk: Desk, text: str, state: Dialogue | None = None) -> tuple[dict[str, str], list[str]]:
    """The facts and requests in it, each as the customer wrote it there."""
    turn = Turn(turn=0, at=NOW, speaker="customer", text=text)
    commands = await desk.understander.read(state or Dialogue(), [turn])
    facts = [one.entity for one in commands if isinstance(one, SetFact)]
    asked = [one.reason for one in commands if isinstance(one, StartCase)]
    return (
        {fact.name: text[fact.evidence.start : fact.evidence.end] for fact in facts},
        [text[where.start : where.end] for reason in asked for where in reason.evidence],
    )


async def test_facts_and_requests_stand_where_the_customer_wrote_them(desk: Desk):
    facts, asked = await heard(desk, BELOW)
    assert facts["order_id"] == "48213"
    assert asked == ["The lid is broken"]


async def test_a_signature_tells_how_to_reach_them_and_asks_for_nothing(desk: Desk):
    facts, asked = await heard(desk, OUTLOOK)
    assert facts == {"order_id": "48213", "phone": "+1 (555) 010-1001", "email": "farah.haddad@example.com"}
    assert asked == ["Please cancel my order 48213"]


async def test_a_number_in_a_signature_is_no_order(desk: Desk):
    facts, _ = await heard(
        desk, "I want to cancel my order\n\n--\nFarah Haddad, Head of Refunds\n94107 San Francisco\n"
    )
    assert "order_id" not in facts


async def test_what_they_say_counts_more_than_what_their_signature_says(desk: Desk):
    facts, _ = await heard(desk, "My email is farah@example.com\n\n-- \nFarah\nfarah@work.example\n")
    assert facts == {"email": "farah@example.com"}


@pytest.mark.parametrize("text", [GMAIL, OUTLOOK, FORWARDED, HTML, LEGAL, ONE_LINE])
async def test_nothing_is_read_in_the_words_of_others(desk: Desk, text: str):
    facts, asked = await heard(desk, text)
    assert facts.get("order_id") in ("48213", None)
    assert not any("50001" in words or "account" in words for words in asked)
    assert "help@northwind.example" not in facts.values()


async def test_new_words_below_a_long_quote_are_read(desk: Desk):
    _, asked = await heard(desk, "> We thank you for your patience.\n" * 60 + "\nWhere is my order 48213?\n")
    assert asked == ["Where is my order 48213"]


async def test_who_only_forwards_a_mail_is_asked_what_it_is_about(worker: AgentWorker):
    text = FORWARDED.split("\n\n", 1)[1]
    event = requested(text)
    event = event.model_copy(update={"request": event.request.model_copy(update={"mode": "live"})})
    spoken = await worker.open(event)
    assert spoken.transcript[0].text == text
    assert spoken.dialogue.acts[-1].kind == "clarify"
    assert not spoken.dialogue.reasons


CARD = (
    "Sam Rivera\n\nSam Rivera, CPA\nHead of Claims & Refunds, Northgate Supplies LLC\n"
    "Phone +1 312 555 0148 - Fax 312 555 0149"
)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (f"Where is order 48310?\n{CARD}", "Where is order 48310?"),
        (f"Where is order 48310?\n{CARD}\nThink before you print. Not the intended recipient? Block the sender.", "?"),
        ("Where is order 48310?\n\nHome | Close account | Report a theft | Help", "Where is order 48310?"),
        ("Where is order 48310?\n--\nSam Rivera\nTel +1 312 555 0148 | Returns desk 55512", "Where is order 48310?"),
    ],
)
def test_cards_menus_and_mottos_below_a_mail_ask_for_nothing(text: str, own: str):
    assert opened(text).own.strip().endswith(own)


def test_who_they_are_on_a_card_is_stated():
    assert "312 555 0148" in opened(f"Where is order 48310?\n{CARD}").stated


@pytest.mark.parametrize(
    "text", ["Hello\nRefund order 48213\nSam Rivera\nthanks", "Hi\nOrder 48213\nA lamp, blue\nwhere is it"]
)
def test_facts_line_by_line_are_no_card(text: str):
    assert opened(text).own == text
