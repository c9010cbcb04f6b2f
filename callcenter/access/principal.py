"""Who is asking, what they may do, and for which businesses: roles and scopes as data, in this one place.

A business is a tenant: whoever is tied to some sees nothing of the others, not even that it exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from starlette.requests import Request

Permission = Literal["submit", "converse", "read", "export", "work", "take over", "ask", "operate", "manage", "privacy"]
"""Send requests; speak as the customer of any conversation; read records and tickets; take all of them away; change
tickets, and serve who waits for a person; take over any contact; ask the rules about any account; see to the
deployment; see to staff and keys; see all of a customer, and erase them."""

Role = Literal["agent", "supervisor", "operator", "admin"]
Scope = Literal["submit", "converse", "read", "work", "ask", "operate"]

EVERYTHING: frozenset[Permission] = frozenset(get_args(Permission))

ROLES: Mapping[Role, frozenset[Permission]] = {
    "agent": frozenset({"submit", "read", "work"}),
    "supervisor": frozenset({"submit", "read", "export", "work", "take over", "ask"}),
    "operator": frozenset({"operate"}),
    "admin": EVERYTHING,
}
"""What staff may do. Nobody but an admin speaks as a customer who is not them."""

SCOPES: Mapping[Scope, frozenset[Permission]] = {
    "submit": frozenset({"submit"}),
    "converse": frozenset({"converse"}),
    "read": frozenset({"read", "export"}),
    "work": frozenset({"work"}),
    "ask": frozenset({"ask"}),
    "operate": frozenset({"operate"}),
}
"""What a program with a key may do."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking. `name` stands in the history of what they change; `businesses` are theirs, None: all there are.

    Of a customer only their `conversation` is known. `identity` tells apart who else may have the same name.
    """

    identity: str
    name: str = ""
    may: frozenset[Permission] = frozenset()
    businesses: frozenset[str] | None = frozenset()
    conversation: str | None = None
    role: str = ""

    def serves(self, business: str) -> bool:
        """Whether what belongs to this business exists for them."""
        return self.businesses is None or business in self.businesses

    def sees(self, interaction_id: str, business: str) -> bool:
        """Whether this interaction exists for them."""
        return self.serves(business) if self.conversation is None else self.conversation == interaction_id


ANYBODY = Principal("", may=EVERYTHING, businesses=None)
"""Whoever comes where AUTH is off: nobody is told from anybody else."""

STRANGER = Principal("stranger")
"""Whoever comes to an address that is for all."""


def principal_of(request: Request) -> Principal:
    """Who is asking, as the guard has found out."""
    principal: Principal = request.state.principal
    return principal
