"""What is ordered of a machine once it is agreed."""

from pydantic import JsonValue

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
