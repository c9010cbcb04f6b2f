"""The summary desk: TicketOpened -> InteractionCompleted. It wraps up from the facts of the dossier only."""

from callcenter.business import Profile, folders, load
from services.summary.composer import Composer
from services.summary.settings import SummarySettings
from services.summary.worker import SummaryWorker
from services.summary.wrap_up import WrapUp

__all__ = ["SummarySettings", "SummaryWorker", "build"]


def build(settings: SummarySettings | None = None) -> SummaryWorker:
    """The worker, with the wording of every business; raises BusinessError where a folder is wrong."""
    settings = settings or SummarySettings.read()
    return SummaryWorker(
        {
            name: Composer(load(folder, "wrap_up.yaml", WrapUp), load(folder, "business.yaml", Profile))
            for name, folder in folders(settings.businesses_dir).items()
        },
        redact_transcript=settings.redact_transcript,
    )
