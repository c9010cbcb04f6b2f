"""A mail becomes a contact, or goes on with the one that it answers. Who sent it is told 250 once that is stored.

What a mail says of its sender is no proof of who wrote it: an address says where answers go, and nothing else. With a
reference to one of our mails, which nobody can guess, it goes on with that contact; the number of a ticket, which
anybody can guess, opens another one that follows it, in which nothing is known that was proven before.
"""

import asyncio
import re
from collections.abc import AsyncIterator

from callcenter.errors import Unavailable
from callcenter.events import InteractionRequested, MailThread
from callcenter.http.problems import Problem
from callcenter.mail import our_letters
from callcenter.privacy import CARDS, mask
from callcenter.storage.post import Post
from callcenter.telemetry import emit
from services.intake.conversations import Conversations
from services.intake.mail.addresses import Addresses
from services.intake.mail.automatic import kind_of, why_it_came_back
from services.intake.mail.reading import Incoming, read
from services.intake.reception import Accepted, Reception
from services.intake.requests import MAX_MAIL, MailedInteraction, MailedMessage

TAKEN, UNKNOWN = "250 2.6.0 accepted", "550 5.1.1 nobody here has this address"
TOO_LONG = f"552 5.3.4 a mail may have {MAX_MAIL} characters of text"
LATER = "451 4.3.0 not now; please deliver it again in a while"

_TICKET = re.compile(r"\[([A-Z]{2,6}-\d{1,12}(?:-\d{1,3})?)\]")
_WORDLESS = "(no text)"


class Arrivals:
    """Takes mails in. Whatever is delivered again under the same Message-ID is found, and makes no second contact."""

    def __init__(self, reception: Reception, conversations: Conversations, addresses: Addresses, post: Post) -> None:
        self.reception, self.conversations, self.addresses, self.post = reception, conversations, addresses, post

    async def take(self, sender: str, recipient: str, data: bytes) -> str:
        """The answer to who delivers it: 250 where we answer for it from now on, or it wants no answer."""
        business = self.addresses.owner(recipient)
        if business is None:
            return UNKNOWN
        mail = await asyncio.to_thread(read, data)
        try:
            return await self._take(sender, business, mail, data)
        except Unavailable as error:
            emit("mail_put_off", service="intake", business=business, error=str(error))
        except Problem as problem:
            emit("mail_put_off", service="intake", business=business, error=problem.detail)
        return LATER

    async def _take(self, sender: str, business: str, mail: Incoming, data: bytes) -> str:
        secret = await self.reception.store.secret()
        named = (mail.address, mail.headers.get("x-loop", ""))
        ours = any(map(self.addresses.owner, named)) or any(our_letters(secret, mail.message_id))
        if kind := kind_of(mail, sender, ours=ours):
            emit("mail_not_answered", service="intake", business=business, kind=kind)
            if kind == "bounce":
                await self._came_back(secret, data)
            return TAKEN
        if max(len(mail.first_words), len(mail.text)) > MAX_MAIL:
            return TOO_LONG
        accepted = await self._placed(business, mail, secret)
        moment = "mail_repeated" if accepted.replayed else "mail_taken"
        emit(moment, service="intake", interaction_id=accepted.interaction_id, business=business)
        return TAKEN

    async def _placed(self, business: str, mail: Incoming, secret: bytes) -> Accepted:
        """Under its Message-ID; where that is another mail's, under what it says, too."""
        try:
            return await self._place(business, mail, secret, mail.message_id or mail.digest)
        except Problem as problem:
            if problem.status != 422:  # noqa: PLR2004 - the key is that of another text
                raise
            return await self._place(business, mail, secret, f"{mail.message_id} {mail.digest}")

    async def _place(self, business: str, mail: Incoming, secret: bytes, key: str) -> Accepted:
        thread = _thread(mail)
        client = f"mail:{mail.address}"
        message = MailedMessage(text=mail.text or _WORDLESS, mail=thread)
        if answered := await anext(self._answered(business, mail, secret), None):
            try:
                return await self.conversations.say(answered.interaction_id, message, key, client=client)
            except Problem as problem:
                if not _takes_no_more(problem):
                    raise
        if told := await self._told_of(business, mail):
            return await self.reception.follow(told, message, key, client)
        asked = MailedInteraction(
            mode="live", text=mail.first_words or _WORDLESS, business=business, channel="email", mail=thread
        )
        return await self.reception.accept(asked, key, None, client=client)

    async def _answered(self, business: str, mail: Incoming, secret: bytes) -> AsyncIterator[InteractionRequested]:
        """The contacts that it answers by reference, the one of the newest mail first."""
        for interaction_id, _ in our_letters(secret, " ".join(reversed(mail.references))):
            if event := await self._theirs(interaction_id, business, mail):
                yield event

    async def _told_of(self, business: str, mail: Incoming) -> InteractionRequested | None:
        """The ended contact whose ticket its subject names."""
        for ticket_id in _TICKET.findall(mail.subject):
            interaction_id = await self.post.told_of(business, ticket_id)
            event = await self._theirs(interaction_id, business, mail) if interaction_id else None
            if event and event.terminal:
                return event
        return None

    async def _theirs(self, interaction_id: str, business: str, mail: Incoming) -> InteractionRequested | None:
        """The newest of a contact, where it is of this business, and with whoever has this address."""
        stored = await self.reception.store.newest(interaction_id)
        event = stored.event() if stored else None
        if not isinstance(event, InteractionRequested) or not event.contact.mail or not mail.address:
            return None
        same = event.contact.mail.address == mail.address and event.request.business == business
        return event if same else None

    async def _came_back(self, secret: bytes, data: bytes) -> None:
        """The letter that it is about has failed."""
        if why := why_it_came_back(data):
            for interaction_id, name in dict.fromkeys(our_letters(secret, data.decode("latin-1"))):
                if await self.post.came_back(interaction_id, name, mask(why), self.reception.now()):
                    emit("mail_came_back", service="intake", interaction_id=interaction_id, letter=name)


def _thread(mail: Incoming) -> MailThread:
    return MailThread(
        address=mail.address,
        subject=mask(mail.subject, only=CARDS),
        message_id=mail.message_id,
        references=mail.references,
        attachments=tuple(mask(name, only=CARDS) for name in mail.attachments),
    )


def _takes_no_more(problem: Problem) -> bool:
    """Whether that contact is full, and not only busy at the moment."""
    return problem.status in (409, 413) and "Retry-After" not in problem.headers
