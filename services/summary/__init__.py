"""The summary desk: TicketOpened -> InteractionCompleted. It wraps up from the facts of the dossier only."""

from callcenter.business import Profile, folders, load
from callcenter.language_model import ChatServer, Rephrasing
from services.summary.composer import Composer
from services.summary.rewording import QUOTES, TONE, Rewording
from services.summary.settings import SummarySettings
from services.summary.worker import SummaryWorker
from services.summary.wrap_up import WrapUp

__all__ = ["SummarySettings", "SummaryWorker", "build"]


def build(settings: SummarySettings | None = None) -> SummaryWorker:
    """The worker, with the wording of every business; raises BusinessError where a folder is wrong."""
    settings = settings or SummarySettings.read()
    composers = {
        name: Composer(load(folder, "wrap_up.yaml", WrapUp), load(folder, "business.yaml", Profile))
        for name, folder in folders(settings.businesses_dir).items()
    }
    server = ChatServer(settings) if settings.llm_wrap_up else None
    rewordings = {name: _rewording(composer, server, settings.llm_model) for name, composer in composers.items()}
    return SummaryWorker(composers, rewordings, redact_transcript=settings.redact_transcript)


def _rewording(composer: Composer, server: ChatServer | None, model: str) -> Rewording:
    names = (composer.profile.title, composer.profile.voice.agent_name)
    rephrasing = Rephrasing(server, TONE, "summary", names=names, patterns=[QUOTES])
    return Rewording(rephrasing, composer.faithfulness, model)
