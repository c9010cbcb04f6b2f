"""Who guesses: wrong tries to prove who is asking, counted over all contacts for the account and for the client.

A try is what was stated up to a turn of a contact. It is the same one however often it is looked at or delivered.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import blake2b

from callcenter.events import ConversationHeld
from callcenter.storage.counters import Counters, Tries
from callcenter.telemetry import emit
from services.policy.accounts import Account, key_of
from services.policy.case import Case, claims
from services.policy.identity import Proof
from services.policy.rules import Identity

WINDOW = timedelta(days=1)
"""How long a wrong try counts."""


@dataclass(frozen=True)
class Guesses:
    """Up to so many wrong tries a day `per_account` and `per_client`; 0: without end.

    Where an account is not there, what was claimed takes its place, so that a limit does not tell that one is. `secret`
    keeps anybody who reads the counters from finding out by trial what that was.
    """

    counters: Counters
    secret: Callable[[], Awaitable[bytes]]
    per_account: int
    per_client: int

    async def judged(self, case: Case, account: Account | None, identity: Identity) -> Proof:
        """The proof of a case; it proves nothing where there were too many wrong tries before it."""
        event, proof = case.event, case.proof
        if not proof.tried or (proof.verified and _proved_before(event, account)):
            return proof
        tries = [*await self._of_account(event, account, identity), *self._of_client(event)]
        full = await self.counters.tried(tries, _mark(event, identity), event.occurred_at, counts=not proof.verified)
        if not full:
            return proof
        kinds = sorted({name.partition(":")[0] for name in full})
        emit("identity_guessed", service="policy", interaction_id=event.interaction_id, limits=kinds)
        return replace(proof, guessing=True)

    async def _of_account(self, event: ConversationHeld, account: Account | None, identity: Identity) -> list[Tries]:
        whose = account.customer_id if account else await self._claimed(event, identity)
        if not (whose and self.per_account):
            return []
        return [Tries(f"account:{event.request.business}:{whose}", self.per_account, WINDOW)]

    def _of_client(self, event: ConversationHeld) -> list[Tries]:
        client = event.contact.client
        return [Tries(f"client:{client}", self.per_client, WINDOW)] if client and self.per_client else []

    async def _claimed(self, event: ConversationHeld, identity: Identity) -> str | None:
        """Whom they claim to be, by the best of what would lead to an account; None where nothing would."""
        for fact, value in claims(event, identity.find_by).items():
            claimed = f"{fact}\0{key_of(fact, value)}".encode()
            return "?" + blake2b(claimed, key=await self.secret(), digest_size=16).hexdigest()
        return None


def _proved_before(event: ConversationHeld, account: Account | None) -> bool:
    """Whether they proved it earlier in this contact: whoever guesses elsewhere does not throw them out."""
    contact = event.contact
    return account is not None and contact.verified.verified and contact.customer_id == account.customer_id


def _mark(event: ConversationHeld, identity: Identity) -> str:
    """The try: what they said last of who they are, and in which turn of which contact."""
    facts = {*identity.facts, *identity.find_by}
    said = (one.evidence.turn for one in event.said if one.name in facts)
    return f"{event.interaction_id}/{max(said, default=0)}"
