"""Which business an address is that of, and as whom it writes: data of the businesses."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from callcenter.business import Mail, Profile, folders, load
from callcenter.errors import BusinessError


class Addresses:
    """The profiles of the businesses that are reached by mail."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self._mails = {name: (profile, profile.mail) for name, profile in profiles.items() if profile.mail}
        self._owners: dict[str, str] = {}
        for name, (_, mail) in self._mails.items():
            for address in (mail.address, *mail.also):
                if (owner := self._owners.setdefault(address.lower(), name)) != name:
                    raise BusinessError(f"Mail to {address} is for {owner} and for {name}: let it be for one of them.")

    @classmethod
    def load(cls, root: Path) -> Self:
        """Read `business.yaml` of every folder under `root`."""
        return cls({name: load(folder, "business.yaml", Profile) for name, folder in folders(root).items()})

    def owner(self, address: str) -> str | None:
        """The business that mail to this address is for; what follows a `+` in it does not matter."""
        local, _, domain = address.strip().lower().rpartition("@")
        plain = f"{local.partition('+')[0]}@{domain}"
        return self._owners.get(f"{local}@{domain}") or self._owners.get(plain)

    def of(self, business: str) -> tuple[Profile, Mail] | None:
        """The business and how it is reached, where it is reached by mail."""
        return self._mails.get(business)
