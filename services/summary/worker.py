"""What happened, in words that a supervisor reads in seconds?  TicketOpened -> InteractionCompleted."""

from collections.abc import Mapping

from callcenter.errors import Permanent
from callcenter.events import InteractionCompleted, Provenance, TicketOpened
from callcenter.messaging.worker import Worker, handles
from services.summary.composer import Composer
from services.summary.masking import masked
from services.summary.metrics import ended_at, measure
from services.summary.rewording import Rewording


class SummaryWorker(Worker, name="summary"):
    """Wraps the contact up and closes the record."""

    def __init__(
        self, composers: Mapping[str, Composer], rewordings: Mapping[str, Rewording], *, redact_transcript: bool = False
    ) -> None:
        self.composers, self.rewordings, self.redact_transcript = composers, rewordings, redact_transcript

    @handles
    async def wrap_up(self, event: TicketOpened) -> InteractionCompleted:
        """The finished record; raises Permanent where a text would say what the dossier does not."""
        composer, rewording = self._composer(event.request.business), self.rewordings[event.request.business]
        composed = composer.summary(event)
        summary = await rewording.put(event, composed)
        told = event.model_copy(update={"transcript": (*event.transcript, composer.last_turn(event))})
        record = told.then(
            InteractionCompleted,
            contact=event.contact.model_copy(update={"ended_at": ended_at(told)}),
            summary=summary,
            disposition=composer.disposition(event),
            follow_ups=composer.follow_ups(event),
            metrics=measure(told),
            provenance=provenance(event, None if summary == composed else rewording.model),
        )
        return masked(record) if self.redact_transcript else record

    def _composer(self, business: str) -> Composer:
        if business not in self.composers:
            known = ", ".join(sorted(self.composers))
            raise Permanent(f"Summary knows no business named {business!r}. It has loaded: {known}.")
        return self.composers[business]


def provenance(event: TicketOpened, wording: str | None) -> Provenance:
    """What made this record, as the desks before told it, and who worded the wrap-up."""
    return Provenance(
        understanding=event.understanding.engine,
        model=event.understanding.model,
        wording=wording,
        business=event.request.business,
        business_version=event.understanding.business_version,
        policy_version=event.policy.policy_version,
        policy_hash=event.policy.policy_hash,
    )
