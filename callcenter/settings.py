"""The only reader of the environment: settings are read once, at boot, and told in words where they are wrong."""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from callcenter import addresses, tls
from callcenter.errors import SettingsError
from callcenter.secret_files import found, named

PROJECT = Path(__file__).resolve().parent.parent


class Secret:
    """Marks a setting that is one, or holds one; a SecretStr is one by itself."""


class Settings(BaseSettings):
    """Base of all settings: a field `http_port` is read from the variable HTTP_PORT.

    One that is a secret can lie in a file instead: LLM_KEY in the one that LLM_KEY_FILE names.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    @classmethod
    def read(cls, **decided: Any) -> Self:
        """From the environment, but for what is `decided`; raises SettingsError with one line per mistake."""
        try:
            return cls(**{**found(cls.secrets(), os.environ), **decided})
        except ValidationError as mistakes:
            lines = "\n  ".join(map(_told, mistakes.errors()))
            raise SettingsError(f"Please correct these settings:\n  {lines}") from None

    @classmethod
    def secrets(cls) -> list[str]:
        """The variables that can be read from files."""
        return [name.upper() for name, field in cls.model_fields.items() if _is_secret(field)]


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation)) or Secret in field.metadata


def secret_files() -> dict[str, Path]:
    """The files that variables like LLM_KEY_FILE name, of all kinds of settings, by these variables."""

    def of(kind: type[Settings]) -> Iterator[str]:
        yield from kind.secrets()
        for child in kind.__subclasses__():
            yield from of(child)

    return named(of(Settings), os.environ)


def _told(mistake: ErrorDetails) -> str:
    name, what = str(mistake["loc"][0]), mistake["msg"].removeprefix("Value error, ")
    return f"{name.upper()}: {what} (it is {_without_secrets(name, mistake['input'])})"


def _without_secrets(name: str, value: object) -> str:
    if value and name.endswith(("_secret", "_token", "_key", "_password")):
        return "***"
    return re.sub(r"//.*@", "//***@", repr(value))


def reachable(url: str) -> str:
    """The address itself; raises ValueError where it has no host, or a port that is none."""
    try:
        parts = urlsplit(url)
        fine = bool(parts.hostname) and parts.port != 0 and url.isprintable() and " " not in url
    except ValueError:
        fine = False
    if not fine and not url.startswith("unix://"):
        raise ValueError("write it as scheme://host:port, with a port from 1 to 65535, like http://localhost:8080")
    return url


Address = Annotated[str, AfterValidator(reachable)]
"""Where a server listens."""


class BusinessSettings(Settings):
    """Where the business folders are, and which business is meant where none is named."""

    businesses_dir: Path = PROJECT / "businesses"

    default_business: str = "retail"
    """Whom a request is for that names no business; where there is no such folder, the first one by name."""

    def default_among(self, names: Collection[str]) -> str:
        """The business that is meant where none is named."""
        return self.default_business if self.default_business in names else min(names)


class DemoSettings(BusinessSettings):
    """Whether this deployment is a demo, where anybody may see and play the customers of the business folders."""

    demo: bool = False
    """Only then are customers simulated, sample accounts shown, and the rules asked at the front door."""

    def unless_demo(self, limit: str) -> int:
        """What a setting limits; in a demo, which is there to be tried out, nothing (0), unless it is set."""
        most: int = getattr(self, limit)
        return 0 if self.demo and limit not in self.model_fields_set else most


class LanguageModelSettings(Settings):
    """The language model that is asked where a service is told to; none is by default."""

    llm_url: Address = Field("http://localhost:8080/v1", pattern=r"^https?://[^/]")
    """An OpenAI-compatible server, up to and with its version."""

    llm_model: str = "default"
    llm_key: SecretStr | None = None

    llm_timeout: float = Field(10, gt=0)
    """Seconds for one answer, a repair included."""

    llm_budget: int = Field(60, ge=0)
    """Requests a minute; what comes beyond is done without."""


class RuntimeSettings(Settings):
    """Broker, store, logs and limits: the same for every service."""

    amqp_url: Annotated[Address, AfterValidator(addresses.verified), Secret] = Field(
        "amqp://guest:guest@localhost:5672/", pattern=r"^amqps?://"
    )
    amqp_password: SecretStr | None = None
    """Of the user that AMQP_URL names, where it names no password."""

    redis_url: Annotated[Address, AfterValidator(addresses.verified), Secret] = Field(
        "redis://localhost:6379/0", pattern=r"^(rediss?|unix)://"
    )
    redis_password: SecretStr | None = None
    """The same of REDIS_URL; the user `default` need not be named."""

    tls_ca: Path | None = None
    """Certificates (PEM) of who signed those of RabbitMQ and Redis, where that is nobody whom the machine trusts."""

    tls_cert: Path | None = None
    tls_key: Path | None = Field(None, validate_default=True)
    """Our own certificate and its key (PEM), where the two servers ask for one."""

    namespace: str = Field("cc", pattern=r"^[a-z][a-z0-9-]{0,30}$")
    """First part of every queue, exchange and key name: lets two deployments share a broker."""

    http_host: str = "127.0.0.1"
    http_port: int | None = Field(None, ge=0, le=65535)
    """None: 8000 for intake, any free port for a worker, which only serves its health and metrics there."""

    allowed_hosts: str | None = None
    """Names, separated by spaces or commas, that the HTTP server answers to beside this machine's; `*`: any name."""

    auth: bool = False
    """Whether everybody has to say who they are. Without it, only this machine is listened to, or it is a demo."""

    admin_password: SecretStr | None = Field(None, min_length=12)
    """Of `admin`, where all services run in one process, which forgets its staff when it ends."""

    session_idle: float = Field(3600, gt=0)
    """Seconds without a request after which somebody has to sign in again."""

    session_longest: float = Field(12 * 3600, gt=0)
    """Seconds after which they have to in any case."""

    https: bool = False
    """Whether people reach it by https alone, through a gateway: then the cookie of a session goes no other way."""

    http_connections: int = Field(800, ge=1)
    """Connections that may be open at once."""

    http_timeout: float = Field(10, gt=0)
    """Seconds for the headers of a request to arrive."""

    prefetch: int = Field(16, ge=1, le=2000)
    """Deliveries a worker holds at once. A crash counts as a delivery for all of them, so keep it modest."""

    bundle: int = Field(16, ge=1, le=256)
    """Events that may share one AMQP message while there is a backlog; 1: each travels alone."""

    handler_timeout: float = Field(30, gt=0)
    """Seconds a handler may take; longer counts as a failed attempt."""

    work_limit: float = Field(10, gt=0)
    """Seconds of processor time that a handler may take without a pause, as nothing else goes on meanwhile."""

    retry_ladder: tuple[float, ...] = Field((1, 5, 30, 120), min_length=1)
    """Seconds before the second, third, ... attempt; after the last the message goes to the dead letters."""

    drain_timeout: float = Field(20, gt=0)
    """Seconds that a stopping worker gives to what it has in hand."""

    retention_hours: float = Field(30 * 24, gt=0)
    """How long a finished interaction is kept."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["auto", "text", "json"] = "auto"

    @property
    def broker(self) -> str:
        """Where RabbitMQ is, with password and files."""
        return addresses.with_files(_opened(self.amqp_url, self.amqp_password), addresses.BROKER, self._files)

    @property
    def record_store(self) -> str:
        """Where Redis is, with password and files."""
        return addresses.with_files(_opened(self.redis_url, self.redis_password), addresses.STORE, self._files)

    @property
    def _files(self) -> dict[str, Path | None]:
        return {"ca": self.tls_ca, "cert": self.tls_cert, "key": self.tls_key}

    @property
    def allowed_names(self) -> tuple[str, ...]:
        """The names one by one."""
        return _parts(self.allowed_hosts)

    @field_validator("amqp_password", "redis_password")
    @classmethod
    def _one_password(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        server = str(info.field_name).partition("_")[0]
        if password and password.get_secret_value() and (url := info.data.get(f"{server}_url")):
            addresses.takes_password(url, named=server == "amqp")
        return password

    @field_validator("tls_ca", "tls_cert", "tls_key", mode="before")
    @classmethod
    def _or_none(cls, path: object) -> object:
        return path or None  # compose passes on a variable that is not set as an empty one

    @field_validator("tls_ca")
    @classmethod
    def _authorities(cls, ca: Path | None) -> Path | None:
        return ca and tls.authorities(ca)

    @field_validator("tls_key")
    @classmethod
    def _of_the_certificate(cls, key: Path | None, info: ValidationInfo) -> Path | None:
        tls.identity(info.data.get("tls_cert"), key)
        return key

    @field_validator("allowed_hosts")
    @classmethod
    def _names_alone(cls, hosts: str | None) -> str | None:
        if not all(re.fullmatch(r"\*|[\w.-]+|[0-9a-f:]+", name, re.IGNORECASE) for name in _parts(hosts)):
            raise ValueError("write names alone, without https:// and port, like desk.example")
        return hosts


def _opened(url: str, password: SecretStr | None) -> str:
    return addresses.with_password(url, password.get_secret_value()) if password else url


def _parts(listed: str | None) -> tuple[str, ...]:
    """What is separated by spaces or commas."""
    return tuple(filter(None, re.split(r"[\s,]+", listed or "")))
