"""Letters of another look, and signs that a program wrote out: read as what they stand for, each at its place."""

import pytest

from services.agent.facts import plain
from services.agent.hearing.mail import opened
from services.agent.understanding.phrases import JOINER
from services.agent.worker import AgentWorker

from .test_dialogue import Talk


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def bold(text: str) -> str:
    return "".join(chr(0x1D5EE + ord(sign) - ord("a")) if "a" <= sign <= "z" else sign for sign in text)


def test_each_letter_stays_at_its_place() -> None:
    text = f"{wide('Where is')} {bold('my order')} \u0664\u0668213 \u00bd \ufb01 \u00e9"
    assert plain(text) == "Where is my order 48213 \u00bd \ufb01 \u00e9"


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("it&#39;s late", "it's late"),
        ("it&rsquo;s late", "it\u2019s late"),
        ("my&nbsp;lamp &amp; rug", "my lamp & rug"),
        ("one&lt;br/&gt;two", "one two"),
        ("&lt;p&gt;one&lt;/p&gt;", "one"),
        ("3 < 4 &lt; 5", "3 < 4 < 5"),
        ("R&D; <3", "R&D; <3"),
    ],
)
def test_what_a_program_wrote_out_is_shown_and_nothing_moves(text: str, shows: str) -> None:
    own = opened(text).own
    assert len(own) == len(text)
    assert " ".join(own.replace(JOINER, "").split()) == shows


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (wide("Please cancel order 48402"), "order_cancel"),
        (bold("please cancel order") + " 48402", "order_cancel"),
        ("I don&#39;t need it,&nbsp;please cancel&nbsp;order 48402", "order_cancel"),
        ("Where&#x27;s my parcel? It&#39;s order&nbsp;48402.&lt;br&gt;Ann", "order_status"),
    ],
)
async def test_it_is_understood(worker: AgentWorker, text: str, code: str) -> None:
    talk = Talk(worker.desks["retail"])
    await talk.say(text)
    assert [reason.code for reason in talk.state.reasons] == [code]
    assert talk.state.facts["order_id"] == "48402"
