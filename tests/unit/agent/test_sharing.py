"""An answer belongs to the request that was asked about, even where another one has the same for its own."""

from callcenter.business import load
from callcenter.events import Act, ContactReason, Dialogue, Entity, Evidence
from callcenter.settings import PROJECT
from services.agent import commands as heard
from services.agent.conversation.sharing import Things
from services.agent.reasons import ContactReasons

REASONS = load(PROJECT / "businesses" / "retail", "contact_reasons.yaml", ContactReasons)


def fact(name: str, value: str) -> Entity:
    evidence = Evidence(turn=0, start=0, end=1)
    return Entity(name=name, value=value, type="thing", evidence=evidence, confidence=0.9, extractor="account")


def exchange(*facts: Entity) -> ContactReason:
    return REASONS.by_code()["exchange_request"].found(1.0, ()).model_copy(update={"entities": facts})


def shared(*reasons: ContactReason, asked: int, said: Entity) -> list[dict[str, str]]:
    act = Act(kind="ask", slot="variant", request=asked)
    state = Dialogue(reasons=reasons, acts=(act,), entities=tuple(one for reason in reasons for one in reason.entities))
    things = Things(REASONS)
    told = things.told(state, [heard.SetFact(said)])
    return [one.own for one in things.shared_out(state, told, reasons, ())[0]]


def test_the_same_may_be_answered_for_each():
    rug, lamp, oak = fact("item", "Rug"), fact("item", "Lamp"), fact("variant", "oak")
    one, other = {"item": "Rug", "variant": "oak"}, {"item": "Lamp", "variant": "oak"}
    assert shared(exchange(rug, oak), exchange(lamp), asked=1, said=oak) == [one, other]


def test_another_may_be_answered_for_each():
    rug, lamp, oak = fact("item", "Rug"), fact("item", "Lamp"), fact("variant", "oak")
    own = shared(exchange(rug, oak), exchange(lamp), asked=1, said=fact("variant", "pine"))
    assert own == [{"item": "Rug", "variant": "oak"}, {"item": "Lamp", "variant": "pine"}]
