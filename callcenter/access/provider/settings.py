"""Which identity provider staff signs in by, and what its claims mean here."""

from typing import Annotated, Any
from urllib.parse import urlsplit

import orjson
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from callcenter.access.principal import Role
from callcenter.http.hosts import only_from_here
from callcenter.settings import Address, Settings

_EXAMPLE = '{"support": {"role": "agent", "businesses": ["retail"]}, "leads": {"role": "admin", "businesses": null}}'


class Grant(BaseModel):
    """What somebody may do who has a value of the claim; `businesses` null: of all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    businesses: tuple[str, ...] | None = Field(min_length=1)


class ProviderSettings(Settings):
    """An OpenID Connect provider; none by default, nor where it is set to nothing."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    oidc_issuer: Address | None = Field(None, pattern=r"^https?://[^/]")
    """How the provider calls itself, to the letter; what it can do is read below this address."""

    oidc_client_id: str | None = Field(None, validate_default=True)
    """How it calls us."""

    oidc_client_secret: SecretStr | None = None
    """None: we are a public client there, and PKCE alone proves that who began a sign-in ends it."""

    oidc_scopes: str = "openid profile email"
    """What is asked of it, separated by spaces."""

    oidc_name: str | None = None
    """What the sign-in page calls it; none: the host of the issuer."""

    oidc_claim: str = "groups"
    """The claim by which people have a role: a text or a list of them. `email` counts where it is verified."""

    oidc_roles: Annotated[dict[str, Grant], NoDecode] = Field({}, validate_default=True)
    """Role and businesses by value of that claim, as JSON; of several that somebody has, the first one here counts."""

    oidc_origin: Address | None = Field(None, pattern=r"^https?://[^/]+/?$")
    """Where people reach us; the provider sends them back there. None: where they came from to sign in."""

    @property
    def provider_name(self) -> str | None:
        """What people know it as; None where there is none."""
        return self.oidc_name or (urlsplit(self.oidc_issuer).hostname if self.oidc_issuer else None)

    @field_validator("oidc_issuer")
    @classmethod
    def _by_tls(cls, issuer: str | None) -> str | None:
        if issuer and issuer.startswith("http://") and not only_from_here(urlsplit(issuer).hostname or ""):
            raise ValueError("a provider that is not on this machine has to be reached by https")
        return issuer

    @field_validator("oidc_client_id")
    @classmethod
    def _known_there(cls, client: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("oidc_issuer") and not client:
            raise ValueError("say how the provider at OIDC_ISSUER knows us: the client id that it gave")
        return client

    @field_validator("oidc_scopes")
    @classmethod
    def _of_openid(cls, scopes: str) -> str:
        if "openid" not in scopes.split():
            raise ValueError("`openid` has to be among them, else nobody is told who signed in")
        return scopes

    @field_validator("oidc_roles", mode="wrap")
    @classmethod
    def _of_json(cls, roles: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> dict[str, Grant]:
        try:
            granted: dict[str, Grant] = read(orjson.loads(roles) if isinstance(roles, str) else roles)
        except ValidationError as mistakes:
            first = mistakes.errors()[0]
            what = ".".join(str(part) for part in first["loc"]) or "it"
            raise ValueError(f"{what}: {first['msg']}; write it like {_EXAMPLE}") from None
        except orjson.JSONDecodeError:
            raise ValueError(f"write it as JSON, like {_EXAMPLE}") from None
        if info.data.get("oidc_issuer") and not granted:
            raise ValueError(f"say which values of the claim OIDC_CLAIM give which role, like {_EXAMPLE}")
        return granted
