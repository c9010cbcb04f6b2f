"""Who somebody is, what they want, and what must come of it."""

from typing import Self

from pydantic import Field, model_validator

from callcenter.business import Sheet
from callcenter.events import Verdict

Facts = dict[str, str]


class Due(Sheet):
    """What must come of a want: one of these verdicts, for this reason, with this action about this thing.

    Without `verdicts` any will do; without an `action` nothing may be done. `about` is the thing by the fact that names
    it, and `amount` the money, where it is known. `identity`: only the owner of the account may have it. `danger`:
    somebody may come to harm, so that nothing but a person will do.
    """

    verdicts: tuple[Verdict, ...] = ()
    reason: str | None = None
    action: str | None = None
    amount: str | None = None
    about: Facts = {}
    identity: bool = False
    danger: bool = False

    @model_validator(mode="after")
    def _acts_where_allowed(self) -> Self:
        if self.action and self.verdicts != ("allow",):
            raise ValueError("where an `action` is due, `verdicts` has to be [allow]")
        return self


class Want(Sheet):
    """One thing that somebody wants. `facts` are this want's own; `instead` is what they say for a fact they lack.

    `then` is a change of mind: said in place of the first yes, after which `due` is what is right. `also` is what else
    the same words ask for: the second of two items.
    """

    says: str
    facts: Facts = {}
    instead: Facts = {}
    then: str | None = None
    due: Due = Due()
    also: tuple[Due, ...] = ()

    @property
    def dues(self) -> tuple[Due, ...]:
        """All that must come of it."""
        return (self.due, *self.also)


class Agenda(Sheet):
    """Somebody with something to settle.

    `facts` are what they know of themselves, `others` values that they could mix up with their own, and `must_not` the
    actions that would be harmful even if they were asked for in the course of the talk.
    """

    id: str
    business: str
    customer_id: str | None = None
    name: str = "Alex Morgan"
    facts: Facts = {}
    others: Facts = {}
    wants: tuple[Want, ...] = Field(min_length=1)
    must_not: tuple[str, ...] = ()
    personas: tuple[str, ...] = ()

    @property
    def acts(self) -> bool:
        """Whether something has to be done at its end."""
        return any(want.due.action for want in self.wants)


class Agendas(Sheet):
    """A file of agendas that were written by hand."""

    agendas: tuple[Agenda, ...] = Field(min_length=1)
