"""A message is cut into sentences where one ends, and not behind an abbreviation."""

import pytest

from callcenter.events import Dialogue, Turn
from services.agent.hearing.listened import listened
from services.agent.worker import AgentWorker

from .conftest import NOW
from .test_dialogue import Talk


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mrs. Okoro wants her lamp back. I don't.", ["Mrs. Okoro wants her lamp back", "I don't"]),
        ("Prof. Lund paid invoice no. 4410 twice. Why?", ["Prof. Lund paid invoice no. 4410 twice", "Why"]),
        ("It weighs approx. 4 pounds! Send it.", ["It weighs approx. 4 pounds", "Send it"]),
        ("I was at St. Anne's on Dec. 2, nobody came.", ["I was at St. Anne's on Dec. 2, nobody came"]),
        ("No. I keep it.", ["No", "I keep it"]),
        ("He said no. 5 more came.", ["He said no. 5 more came"]),
        ("It goes to 9 Elm St. Please hurry.", ["It goes to 9 Elm St", "Please hurry"]),
        ("We open at 5 p.m. on Friday. Right?", ["We open at 5 p.m. on Friday", "Right"]),
        ("  Dr. ", ["Dr"]),
    ],
)
async def test_a_sentence_ends_where_it_ends(worker: AgentWorker, text: str, sentences: list[str]):
    desk = worker.desks["retail"]
    turn = Turn(turn=0, at=NOW, speaker="customer", text=text)
    (part,) = await listened(desk.pack(Dialogue()), [(turn, ())], has_case=False)
    assert [one.text for one in part.sentences] == sentences


async def test_a_title_before_a_name_does_not_take_the_request_apart(worker: AgentWorker):
    talk = Talk(worker.desks["retail"])
    await talk.say("The chair that I ordered for Dr. Amari has come with a split leg")
    assert [one.code for one in talk.state.reasons] == ["damaged_item"]
