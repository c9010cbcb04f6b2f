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
    everybody = await store.all_staff()
    known = next((one for one in everybody if one.subject == person.subject), None)
    if person.grant is None:
        if known:
            await store.change_staff(replace(known, stamp=token_hex(8)))  # nor are they signed in elsewhere any more
        raise Refused("no-role", known.name if known else person.name)
    if known is None:
        return await _added(store, person, everybody)
    if known.disabled:
        raise Refused("closed", known.name)
    now = replace(known, role=person.grant.role, businesses=person.grant.businesses)
    if now != known:
        await store.change_staff(now)
    return now


async def _added(store: AccessStore, person: Person, everybody: list[Staff]) -> Staff:
    assert person.grant  # noqa: S101 - whoever has none was refused
    taken = {_alike(one.name) for one in everybody}
    made = Staff(person.name, person.grant.role, person.grant.businesses, "", token_hex(8), subject=person.subject)
    if _alike(person.name) in taken or not await store.add_staff(made):
        raise Refused("taken", person.name)
    return made


def _alike(name: str) -> str:
    """Names that people would take for each other."""
    return unicodedata.normalize("NFKC", name).casefold()
