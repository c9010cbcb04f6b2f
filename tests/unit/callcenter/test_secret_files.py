"""A secret in a file is taken, and a file that keeps none is told by its variable."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from callcenter.errors import SettingsError
from callcenter.settings import LanguageModelSettings, RuntimeSettings, Settings, secret_files
from services.cli.settings import CliSettings
from services.policy.settings import PolicySettings
from services.ticketing import TicketingSettings

WEBHOOK = "whsec_" + "A" * 32
SECRETS: list[tuple[type[Settings], str, str]] = [
    (RuntimeSettings, "AMQP_URL", "amqp://me:hidden@broker:5672/"),
    (RuntimeSettings, "REDIS_URL", "redis://:hidden@store:6379/0"),
    (RuntimeSettings, "ADMIN_PASSWORD", "hidden, and long"),
    (RuntimeSettings, "REDIS_PASSWORD", "hidden"),
    (LanguageModelSettings, "LLM_KEY", "hidden"),
    (PolicySettings, "ACCOUNTS_URL", "postgresql://me:hidden@host/db"),
    (PolicySettings, "ACCOUNTS_TOKEN", "hidden"),
    (PolicySettings, "ACTIONS_SECRET", WEBHOOK),
    (TicketingSettings, "WEBHOOK_URLS", "https://desk.example/hidden"),
    (TicketingSettings, "WEBHOOK_SECRET", WEBHOOK),
    (CliSettings, "CALLCENTER_KEY", "cc_hidden"),
]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("hidden\n")
    path.chmod(0o440)
    return path


@pytest.mark.parametrize(("kind", "name", "secret"), SECRETS, ids=[name for _, name, _ in SECRETS])
def test_every_secret_can_lie_in_a_file(
    monkeypatch: pytest.MonkeyPatch, kept: Path, kind: type[Settings], name: str, secret: str
) -> None:
    kept.chmod(0o640)
    kept.write_text(f"{secret}\n")
    if name == "WEBHOOK_URLS":
        monkeypatch.setenv("WEBHOOK_SECRET", WEBHOOK)
    monkeypatch.setenv(f"{name}_FILE", str(kept))
    value = getattr(kind.read(), name.lower())
    assert (value.get_secret_value() if isinstance(value, SecretStr) else value) == secret
    assert secret_files()[f"{name}_FILE"] == kept


def test_no_setting_that_is_named_like_a_secret_is_none() -> None:
    def of(kind: type[Settings]) -> set[str]:
        mine = {one for one in kind.model_fields if one.endswith(("password", "secret", "token", "llm_key", "er_key"))}
        return {name.upper() for name in mine - {"tls_key"}} - set(kind.secrets())

    assert {name for kind in {kind for kind, _, _ in SECRETS} for name in of(kind)} == set()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.unlink(), "there is no file"),
        (lambda path: (path.chmod(0o640), path.write_text(" \n")), "is empty; write the secret into it"),
        (lambda path: path.chmod(0o444), "is open to everybody on its machine; close it: chmod 440"),
        (lambda path: (path.unlink(), path.mkdir()), "is not a file of text"),
    ],
    ids=["missing", "empty", "too open", "a folder"],
)
def test_a_file_that_keeps_no_secret_is_told(
    monkeypatch: pytest.MonkeyPatch, kept: Path, spoil: object, words: str
) -> None:
    spoil(kept)  # type: ignore[operator]
    monkeypatch.setenv("REDIS_PASSWORD_FILE", str(kept))
    monkeypatch.setenv("AMQP_PASSWORD_FILE", str(kept.parent / "none"))
    with pytest.raises(SettingsError) as mistake:
        RuntimeSettings.read()
    assert "\n  AMQP_PASSWORD_FILE: there is no file" in str(mistake.value)
    assert words in str(mistake.value).partition("REDIS_PASSWORD_FILE: ")[2]
    assert "hidden" not in str(mistake.value)


def test_a_secret_is_either_set_or_in_a_file(monkeypatch: pytest.MonkeyPatch, kept: Path) -> None:
    monkeypatch.setenv("LLM_KEY_FILE", str(kept))
    monkeypatch.setenv("LLM_KEY", "another")
    with pytest.raises(SettingsError, match="LLM_KEY_FILE: LLM_KEY is set as well; unset one of the two"):
        LanguageModelSettings.read()
    monkeypatch.setenv("LLM_KEY", "")  # as compose passes on what is not set
    assert LanguageModelSettings.read().llm_key == SecretStr("hidden")


def test_a_file_of_somebody_else_is_told(monkeypatch: pytest.MonkeyPatch, kept: Path) -> None:
    monkeypatch.setenv("LLM_KEY_FILE", str(kept))
    kept.chmod(0o000)
    kept.parent.chmod(0o755)
    kept.parent.parent.chmod(0o755)
    kept.parent.parent.parent.chmod(0o755)
    me = os.geteuid()
    os.seteuid(me or 65534)  # root may read everything
    try:
        with pytest.raises(SettingsError, match=r"LLM_KEY_FILE: .* may not be read by this service") as mistake:
            LanguageModelSettings.read()
    finally:
        os.seteuid(me)
    assert "chmod 440" in str(mistake.value)


@pytest.mark.parametrize(
    ("given", "broker"),
    [
        ({"amqp_url": "amqp://me@host/", "amqp_password": "p/w@1"}, "amqp://me:p%2Fw%401@host/"),
        ({"amqp_url": "amqp://me:own@host/"}, "amqp://me:own@host/"),
        ({"amqp_url": "amqp://me:own@host/", "amqp_password": ""}, "amqp://me:own@host/"),
    ],
)
def test_the_broker_is_asked_with_its_password(given: dict[str, str], broker: str) -> None:
    assert RuntimeSettings(**given).broker == broker  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "store"),
    [
        ("redis://host:6379/0", "redis://:pw@host:6379/0"),
        ("redis://me@host:6379/0", "redis://me:pw@host:6379/0"),
        ("unix:///run/redis.sock?db=1", "unix://:pw@/run/redis.sock?db=1"),
    ],
)
def test_the_store_is_asked_with_its_password(url: str, store: str) -> None:
    assert RuntimeSettings(redis_url=url, redis_password="pw").record_store == store  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"AMQP_PASSWORD": "x"}, "AMQP_PASSWORD: the URL has a password, too"),
        ({"AMQP_URL": "amqp://host/", "AMQP_PASSWORD": "x"}, "the URL names no user whose it is"),
        ({"REDIS_URL": "redis://:own@host/0", "REDIS_PASSWORD": "x"}, "REDIS_PASSWORD: the URL has a password, too"),
        ({"AMQP_URL": "amqps://host/?no_verify_ssl=1"}, "leave out no_verify_ssl: certificates are always verified"),
        ({"REDIS_URL": "rediss://host/0?ssl_cert_reqs=none"}, "leave out ssl_cert_reqs"),
        ({"REDIS_URL": "rediss://host/0?ssl_check_hostname=false"}, "leave out ssl_check_hostname"),
    ],
)
def test_what_cannot_be_is_told(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: str) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=words):
        RuntimeSettings.read()
