"""Settings of the agent service."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from callcenter.settings import PROJECT, BusinessSettings

EngineName = Literal["standard", "lite", "llm"]


class ModelSettings(BusinessSettings):
    """Where weights and trained models are."""

    models_dir: Path = PROJECT / ".models"
    """Fetched weights; the services only read it."""

    models_cache: Path = PROJECT / ".models" / "cache"
    """Models trained from phrasings; where it cannot be written, they are trained at every start."""


class AgentSettings(ModelSettings):
    """Which engine understands, and the language model of the engine `llm`."""

    understanding_engine: EngineName = "standard"

    llm_url: str = Field("http://localhost:8080/v1", pattern=r"^https?://[^/]")
    """An OpenAI-compatible server, up to and with its version."""

    llm_model: str = "default"
    llm_key: str | None = Field(None, repr=False)

    llm_timeout: float = Field(10, gt=0)
    """Seconds for one understanding, a repair included."""

    llm_budget: int = Field(60, ge=0)
    """Requests a minute, for each business of an agent process; what comes beyond is answered by `standard`."""

    llm_rephrase: bool = False
    """The same language model puts the agent's sentences in other words; facts are locked."""
