"""What can be set of a provider, and what is said where it is set wrongly."""

import pytest

from callcenter.access.provider.settings import Grant, ProviderSettings
from callcenter.errors import SettingsError
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services import intake
from services.intake.settings import IntakeSettings

RIGHT = {
    "OIDC_ISSUER": "https://id.example/realms/shop",
    "OIDC_CLIENT_ID": "desk",
    "OIDC_ROLES": """
        {"support": {"role": "agent", "businesses": ["retail"]}, "leads": {"role": "admin", "businesses": null}}
    """,
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_what_is_set_is_read(environment: pytest.MonkeyPatch) -> None:
    settings = ProviderSettings.read()
    assert settings.oidc_roles["support"] == Grant(role="agent", businesses=("retail",))
    assert settings.oidc_roles["leads"].businesses is None
    assert settings.provider_name == "id.example"
    environment.setenv("OIDC_NAME", "Shop ID")
    assert ProviderSettings.read().provider_name == "Shop ID"


def test_none_is_set_by_default() -> None:
    assert ProviderSettings().provider_name is None


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9000", "http://localhost:9000/realms/shop", "http://[::1]:9000"])
def test_a_provider_on_this_machine_needs_no_tls(environment: pytest.MonkeyPatch, issuer: str) -> None:
    environment.setenv("OIDC_ISSUER", issuer)
    assert ProviderSettings.read().oidc_issuer == issuer


WRONG = [
    ("OIDC_ISSUER", "http://id.example", "https"),
    ("OIDC_ISSUER", "id.example", "OIDC_ISSUER"),
    ("OIDC_CLIENT_ID", "", "client id"),
    ("OIDC_SCOPES", "profile email", "openid"),
    ("OIDC_ROLES", "{}", "which role"),
    ("OIDC_ROLES", "support=agent", "JSON"),
    ("OIDC_ROLES", "[]", "dictionary"),
    ("OIDC_ROLES", '{"support": {"role": "boss", "businesses": null}}', "support.role"),
    ("OIDC_ROLES", '{"support": {"role": "agent", "businesses": []}}', "support.businesses"),
    ("OIDC_ROLES", '{"support": {"role": "agent"}}', "support.businesses"),
    ("OIDC_ROLES", '{"support": {"role": "agent", "business": "retail", "businesses": null}}', "support.business"),
    ("OIDC_ORIGIN", "https://desk.example/console", "OIDC_ORIGIN"),
]


@pytest.mark.parametrize(("name", "value", "word"), WRONG)
def test_what_is_set_wrongly_is_said(environment: pytest.MonkeyPatch, name: str, value: str, word: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        ProviderSettings.read()
    assert name in str(told.value)
    assert word in str(told.value)


def test_what_is_set_to_nothing_is_not_set(environment: pytest.MonkeyPatch) -> None:
    for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ROLES", "OIDC_ORIGIN", "OIDC_CLAIM"):
        environment.setenv(name, "")
    for kind in (ProviderSettings, IntakeSettings):
        assert kind.read().oidc_issuer is None
        assert kind.read().oidc_claim == "groups"


def test_roles_have_to_be_said(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("OIDC_ROLES")
    with pytest.raises(SettingsError, match="OIDC_ROLES: say which values"):
        ProviderSettings.read()


def test_a_secret_is_told_to_nobody(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("OIDC_CLIENT_SECRET", "of us alone")
    assert "of us alone" not in repr(ProviderSettings.read())


def test_where_nobody_has_to_sign_in_a_provider_is_a_mistake(environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="AUTH=on"):
        intake.build(Runtime.embedded(RuntimeSettings()), IntakeSettings.read())
    _, app = intake.build(Runtime.embedded(RuntimeSettings(auth=True)), IntakeSettings.read())
    assert app.state.provider.name == "id.example"
