"""What a visitor can try: the businesses of this deployment and sample requests from their scenarios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from callcenter.business import Profile, folders, load
from services.intake.sample_customers import SampleCustomer, SampleCustomers


class Sample(BaseModel):
    """A request to try, with a short label; in a demo also who writes it, where the business says that."""

    label: str
    text: str
    customer_id: str | None = None
    customer: SampleCustomer | None = None


class Business(BaseModel):
    """A business that requests can be sent to; in a demo also a customer that a visitor can be."""

    name: str
    title: str
    samples: list[Sample]
    customer: SampleCustomer | None = None


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
    """All businesses: the one that a request is for which names none, then the others by name.

    `customers` are those of each business; without any, nobody is shown.
    """

    businesses: Sequence[Business]
    customers: Mapping[str, SampleCustomers] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Names that a request may give."""
        return [business.name for business in self.businesses]

    def on(self, today: date) -> list[Business]:
        """The businesses, with their sample customers as they stand on a day."""
        return [
            _with_customers(one, self.customers[one.name], today) if one.name in self.customers else one
            for one in self.businesses
        ]

    @classmethod
    def load(cls, root: Path, default: str = "", *, demo: bool = False) -> "Showcase":
        """Read every business folder under `root`, and only in a demo its customers, too."""
        found = folders(root)
        businesses = sorted(map(_business, found.values()), key=lambda one: (one.name != default, one.name))
        return cls(businesses, {name: SampleCustomers.load(found[name]) for name in found if demo})


def _business(folder: Path) -> Business:
    profile = load(folder, "business.yaml", Profile)
    scenarios = load(folder, "scenarios.yaml", _Scenarios).scenarios
    samples = [Sample(label=s.sample, text=s.text, customer_id=s.customer_id) for s in scenarios if s.sample]
    return Business(name=profile.name, title=profile.title, samples=samples)


def _with_customers(business: Business, customers: SampleCustomers, today: date) -> Business:
    samples = [
        sample.model_copy(update={"customer": customers.find(sample.customer_id, today, sample.text)})
        if sample.customer_id
        else sample
        for sample in business.samples
    ]
    return business.model_copy(update={"samples": samples, "customer": customers.find(None, today)})
