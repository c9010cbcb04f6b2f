"""Who comes by a provider is staff like others, but without a password, and with the role of this sign-in.

The name that somebody first comes by is theirs from then on. An account with a password, or of somebody else, is never
taken over by its name: whoever may choose what the provider calls them would choose whom to be.
"""

import unicodedata
from dataclasses import replace
from secrets import token_hex

from callcenter.access.provider.grants import Person
from callcenter.access.provider.refusals import Refused
from callcenter.storage.access import AccessStore, Staff


async def arrived(store: AccessStore, person: Person) -> Staff:
    """Their account, made at the first sign-in, and given what the provider says now; raises Refused."""
    staff = None
    while staff is None:  # somebody else may change or add them meanwhile
        everybody = await store.all_staff()
        known = next((one for one in everybody if one.subject == person.subject), None)
        staff = await (_renewed(store, known, person) if known else _added(store, person, everybody))
    return staff


async def _renewed(store: AccessStore, known: Staff, person: Person) -> Staff | None:
    if person.grant is None:
        if not await store.change_staff(replace(known, stamp=token_hex(8)), known.stamp):
            return None
        raise Refused("no-role", known.name)  # nor are they signed in elsewhere any more
    if known.disabled:
        raise Refused("closed", known.name)
    now = replace(known, role=person.grant.role, businesses=person.grant.businesses)
    return now if now == known or await store.change_staff(now, known.stamp) else None


async def _added(store: AccessStore, person: Person, everybody: list[Staff]) -> Staff | None:
    if person.grant is None:
        raise Refused("no-role", person.name)
    if _alike(person.name) in {_alike(one.name) for one in everybody}:
        raise Refused("taken", person.name)
    made = Staff(person.name, person.grant.role, person.grant.businesses, "", token_hex(8), subject=person.subject)
    return made if await store.add_staff(made) else None


def _alike(name: str) -> str:
    """Names that people would take for each other."""
    return unicodedata.normalize("NFKC", name).casefold()
