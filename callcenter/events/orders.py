"""What is ordered of a machine once it is agreed, and what came of it."""

from typing import Literal

from pydantic import AwareDatetime, JsonValue

from callcenter.events.standing import Action
from callcenter.events.words import Section


class Change(Section):
    """A place of an account that an action sets; `was` is what stood there when it was decided.

    It is the place of an entry (`orders`, the one whose `order_id` is `48213`); without one, of the account itself.
    """

    among: str | None = None
    key: str | None = None
    entry: str | None = None
    place: str
    was: JsonValue = None
    to: JsonValue = None


class ActionOrder(Section):
    """An agreed action that a machine carries out, with all that it needs; `decision` is its place among the decisions.

    `key` is the same for every try. `done` and `failed` are what the customer is told then.
    """

    key: str
    decision: int
    business: str
    interaction_id: str
    customer_id: str
    action: Action
    about: dict[str, str] = {}
    changes: tuple[Change, ...] = ()
    done: str
    failed: str


class CarriedOut(Section):
    """What came of an action that was for a machine; of one that is `not_done` a person takes over.

    `by` is what carried it out, `reference` its own name for it, `key` the key under which it was asked to.
    """

    state: Literal["done", "not_done"]
    at: AwareDatetime
    by: str
    key: str
    reference: str | None = None
    reason: str = ""
