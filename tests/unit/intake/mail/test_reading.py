"""Whatever comes as a mail can be read, and what it says is found."""

import base64
import time
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.mail.page import as_text
from services.intake.mail.reading import MAX_REFERENCES, read

HEADERS = ["From", "Reply-To", "Subject", "Message-ID", "References", "In-Reply-To", "Content-Type", "Date", "X-Loop"]
HEADERS += ["Content-Transfer-Encoding", "Content-Disposition", "Auto-Submitted", "MIME-Version", "Received", "List-Id"]
BITS = [
    b"multipart/mixed; boundary=x",
    b"multipart/mixed; boundary=",
    b"text/html; charset=klingon",
    b"base64",
    b"=?x?q?=?=",
]
BITS += [
    b"text/plain; charset=utf-16",
    b"message/rfc822",
    b"quoted-printable",
    b"<a@b>",
    b"<<>>@@",
    b"((((",
    b'"',
    b"\\",
    b";a*0*=",
]
BITS += [
    b"Dana <dana@customer.example>",
    b"attachment; filename*=utf-8''%ff%00",
    b"\xff\xfe",
    b"\x00",
    b"=?utf-8?b?////?=",
    b"a" * 3000,
]
BODY = [
    b"--x\r\n",
    b"--x--\r\n",
    b"--\r\n",
    b"\r\n",
    b"\r",
    b"\n",
    b"Content-Type: text/html\r\n\r\n",
    b"hello there",
    b"<p>",
    b"=3D=",
    b"\xe9",
]
BODY += [
    b"begin 644 a\r\n",
    b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n",
    b"<!--",
    b"&#xD800;",
    b"Og==",
    b"\x80\x81",
]

headers = st.tuples(st.sampled_from(HEADERS), st.lists(st.sampled_from(BITS) | st.binary(max_size=20), max_size=4))
bodies = st.lists(st.sampled_from(BODY) | st.binary(max_size=30), max_size=12).map(b"".join)


def _mail(head: list[tuple[str, list[bytes]]], body: bytes) -> bytes:
    lines = [b"%s: %s\r\n" % (name.encode(), b"".join(bits)) for name, bits in head]
    return b"".join((*lines, b"\r\n", body))


wild = st.builds(_mail, st.lists(headers, max_size=12), bodies)


@settings(max_examples=400, deadline=None)
@given(wild | st.binary(max_size=400))
def test_whatever_comes_is_read(data: bytes) -> None:
    mail = read(data)
    for said in (mail.text, mail.first_words, mail.subject, mail.address, mail.message_id, *mail.attachments):
        said.encode()
        assert "\x00" not in said
    for line in (
        mail.subject,
        mail.address,
        mail.message_id,
        *mail.references,
        *mail.attachments,
        *mail.headers.values(),
    ):
        assert len(line.splitlines()) <= 1
    assert len(mail.references) <= MAX_REFERENCES
    assert read(data) == mail


@pytest.mark.parametrize(
    "data",
    [
        b"From: " + b"(" * 500_000 + b"\r\n\r\nx",
        b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\r\n\r\nx",
        b"Content-Type: multipart/mixed" + b';a="\\' * 100_000 + b"\r\n\r\nx",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(5000)),
        b"X: y\r\n" * 200_000 + b"\r\nx",
        b"Content-Type: text/html\r\n\r\n" + b"<a " * 500_000,
        b"Content-Type: text/html\r\n\r\n" + b"<!--<![CDATA[<" * 100_000,
        b"References: " + b"<a@b>" * 200_000 + b"\r\n\r\nx",
    ],
    ids=["comments", "words", "parameters", "nested", "headers", "tags", "declarations", "references"],
)  # fmt: skip
def test_a_mail_that_is_built_to_be_slow_takes_no_minutes(data: bytes) -> None:
    started = time.monotonic()
    read(data)
    assert time.monotonic() - started < 60, "these take the parsers of the standard library many minutes"


def test_the_plain_part_is_read_and_what_is_attached_is_named() -> None:
    mail = message_from_bytes(b"From: Dana <Dana@Customer.example>\n\n", policy=default)
    mail.set_content("My lamp is broken, see the photo.\n")  # type: ignore[attr-defined]
    mail.add_alternative("<p>My <b>lamp</b></p>", subtype="html")  # type: ignore[attr-defined]
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="lamp 48213.png")  # type: ignore[attr-defined]
    seen = read(mail.as_bytes())
    assert seen.text == "My lamp is broken, see the photo."
    assert seen.attachments == ("lamp 48213.png",)
    assert seen.address == "dana@customer.example"


def test_of_html_alone_the_text_is_read_and_what_it_quotes_is_marked() -> None:
    page = "<html><head><style>p{}</style></head><body><p>Hi,<br>my&nbsp;lamp<b> broke</b></p><script>x()</script>"
    assert as_text(f"{page}<blockquote>We <i>sent</i> it<div>yesterday</div></blockquote></body>") == (
        "Hi,\nmy lamp broke\n\n> We sent it\n> yesterday"
    )


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16", "gb18030"])
def test_character_sets_are_read(charset: str) -> None:
    head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
    assert read(head + base64.b64encode("Größe é".encode(charset))).text == "Größe é"


def test_a_character_set_that_is_wrong_or_unknown_loses_no_words() -> None:
    for charset in ("klingon", "us-ascii", "utf-8"):
        body = read(f"Content-Type: text/plain; charset={charset}\r\n\r\nThe ".encode() + b"Gr\xf6\xdfe is wrong").text
        assert body.startswith("The Gr")
        assert body.endswith("e is wrong")


@pytest.mark.parametrize(
    ("subject", "text", "said"),
    [
        ("Refund for 48213", "Please.", "Refund for 48213\n\nPlease."),
        ("Refund for 48213", "", "Refund for 48213"),
        ("Re: Refund", "Any news?", "Any news?"),
        ("AW: Re: Refund", "", "Refund"),
        ("refund", "I want a Refund.", "I want a Refund."),
        ("", "", ""),
    ],
)
def test_the_subject_belongs_to_the_first_words(subject: str, text: str, said: str) -> None:
    assert read(f"Subject: {subject}\r\n\r\n{text}".encode()).first_words == said


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ("From: a@b.example", "a@b.example"),
        ("From: web@shop.example\r\nReply-To: Dana <dana@b.example>", "dana@b.example"),
        ("From: a@b.example\r\nReply-To: nonsense", "a@b.example"),
        ("From: undisclosed", ""),
        ('From: "a@b.example" <c@d.example>', "c@d.example"),
        ("From: a@b.example, c@d.example", "a@b.example"),
        ("From: =?utf-8?q?a=40b=2Eexample=0D=0ABcc=3A_x?= <c@d.example>", "c@d.example"),
    ],
)
def test_where_an_answer_goes(headers: str, address: str) -> None:
    assert read(f"{headers}\r\n\r\nHi".encode()).address == address
