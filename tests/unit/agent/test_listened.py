"""A reply is heard in as few goes as there can be, no words of it twice, and as if each piece stood alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from callcenter.events import Turn
from services.agent.conversation.desk import Desk
from services.agent.hearing.listened import listened
from services.agent.hearing.pack import LanguagePack
from services.agent.hearing.parts import Part
from services.agent.understanding.speech_acts import Acts, Listening

AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
UNTURNED = "The blue rug is here; when can you fetch it? It was a gift"
TURNED = "Please do not cancel the lamp, just tell me when it arrives"


class Noting:
    """Listens as another one does, and keeps what it was asked each time."""

    def __init__(self, listening: Listening) -> None:
        self._listening, self.asked = listening, list[list[str]]()

    async def read(self, texts: Sequence[str]) -> list[Acts]:
        self.asked.append(list(texts))
        return await self._listening.read(texts)


@pytest.fixture
def pack(desk: Desk) -> LanguagePack:
    return desk.languages["en"]


async def heard(pack: LanguagePack, *texts: str, has_case: bool = False) -> tuple[Sequence[Part], list[list[str]]]:
    noting = Noting(pack.listening)
    turns = [Turn(turn=number, at=AT, speaker="customer", text=text) for number, text in enumerate(texts)]
    parts = await listened(replace(pack, listening=noting), [(turn, ()) for turn in turns], has_case=has_case)
    return parts, noting.asked


async def test_several_messages_with_asides_are_heard_in_one_go(pack: LanguagePack):
    parts, asked = await heard(pack, UNTURNED, "And the black chair\nis it in stock?", "the cup - a small one")
    assert len(asked) == 1
    assert {"The blue rug is here", "is it in stock", "a small one"} <= set(asked[0])
    assert [len(part.pieces) for part in parts] == [0, 2, 2]


async def test_what_is_denied_and_what_is_wanted_takes_two_goes_at_most(pack: LanguagePack):
    (part,), asked = await heard(pack, TURNED)
    assert [one.refuses for one in part.sentences] == [True, False]
    assert len(asked) == 2


async def test_no_words_are_read_twice(pack: LanguagePack):
    _, asked = await heard(pack, TURNED, UNTURNED, TURNED, has_case=True)
    texts = [text for texts in asked for text in texts]
    assert len(texts) == len(set(texts))


async def test_the_last_piece_is_not_read_where_nothing_before_it_is_refused(pack: LanguagePack):
    _, asked = await heard(pack, "My parcel says delivered but nothing has come")
    assert asked == [["My parcel says delivered but nothing has come", "My parcel says delivered"]]


async def test_each_piece_is_heard_as_if_it_stood_alone(pack: LanguagePack):
    parts, _ = await heard(pack, TURNED, UNTURNED, has_case=True)
    for one in (one for part in parts for one in part.sentences):
        (alone,) = await pack.listening.read([one.text])
        assert one.acts.likely == pytest.approx(alone.likely, abs=1e-4)
