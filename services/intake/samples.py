"""What a visitor can try: the businesses of this deployment and sample requests from their scenarios."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from callcenter.business import Profile, folders, load


class Sample(BaseModel):
    """A request to try, with a short label."""

    label: str
    text: str
    customer_id: str | None = None


class Business(BaseModel):
    """A business that requests can be sent to."""

    name: str
    title: str
    samples: list[Sample]


class _Scenario(BaseModel):
    """What intake wants to know of a scenario; the rest is for the business's own test."""

    model_config = ConfigDict(extra="ignore")

    text: str
    customer_id: str | None = None
    sample: str | None = None


class _Scenarios(BaseModel):
    """`scenarios.yaml`."""

    model_config = ConfigDict(extra="ignore")

    scenarios: tuple[_Scenario, ...]


@dataclass(frozen=True)
class Showcase:
    """All businesses: the one that a request is for which names none, then the others by name."""

    businesses: Sequence[Business]

    @property
    def names(self) -> list[str]:
        """Names that a request may give."""
        return [business.name for business in self.businesses]

    @classmethod
    def load(cls, root: Path, default: str = "") -> "Showcase":
        """Read every business folder under `root`."""
        found = [_business(folder) for folder in folders(root).values()]
        return cls(sorted(found, key=lambda business: (business.name != default, business.name)))


def _business(folder: Path) -> Business:
    profile = load(folder, "business.yaml", Profile)
    scenarios = load(folder, "scenarios.yaml", _Scenarios).scenarios
    samples = [Sample(label=s.sample, text=s.text, customer_id=s.customer_id) for s in scenarios if s.sample]
    return Business(name=profile.name, title=profile.title, samples=samples)
