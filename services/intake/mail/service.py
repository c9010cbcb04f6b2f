"""What runs beside the API: who takes mails in, and who delivers them."""

from collections.abc import Sequence

from callcenter.messaging.serve import Runtime
from services.intake.conversations import Conversations
from services.intake.mail.addresses import Addresses
from services.intake.mail.arriving import Arrivals
from services.intake.mail.door import Door
from services.intake.mail.postman import Patience, Postman
from services.intake.mail.relay import Relay
from services.intake.reception import Reception
from services.intake.settings import IntakeSettings


def watching(
    runtime: Runtime, reception: Reception, conversations: Conversations, settings: IntakeSettings
) -> Sequence[Door | Postman]:
    """Both where they are set, the postman alone where no mails are taken here, else neither."""
    if settings.mail_server is None:
        return ()
    addresses = Addresses.load(settings.businesses_dir)
    postman = Postman(
        runtime.post,
        runtime.counters,
        addresses,
        Relay.at(settings.mail_server, settings.mail_timeout),
        patience=Patience(settings.mail_check_every, settings.mail_retries, settings.mail_answers_per_hour),
        secret=runtime.store.secret,
        now=reception.now,
    )
    if settings.mail_listen is None:
        return (postman,)
    arrivals = Arrivals(reception, conversations, addresses, runtime.post)
    return (Door(settings.mail_listen, arrivals, settings.mail_max_bytes), postman)
