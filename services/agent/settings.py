"""Settings of the agent service."""

from pathlib import Path
from typing import Literal

from callcenter.settings import PROJECT, BusinessSettings, DemoSettings, LanguageModelSettings

EngineName = Literal["standard", "lite", "llm"]


class ModelSettings(BusinessSettings):
    """Where weights and trained models are."""

    models_dir: Path = PROJECT / ".models"
    """Fetched weights; the services only read it."""

    models_cache: Path = PROJECT / ".models" / "cache"
    """What is made of phrasings and weights; where it cannot be written, it is made at every start."""


class AgentSettings(ModelSettings, DemoSettings, LanguageModelSettings):
    """Which engine understands. LLM_BUDGET counts for each business of a process by itself."""

    understanding_engine: EngineName = "standard"

    llm_rephrase: bool = False
    """The same language model puts the agent's sentences in other words; facts are locked."""
