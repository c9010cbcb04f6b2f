"""The files for TLS are looked at when they are set, and go to both servers."""

import ssl
from pathlib import Path

import pytest

from callcenter.errors import SettingsError
from callcenter.settings import RuntimeSettings
from callcenter.tls import advice
from tests.certificates import Authority


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "made")


def test_the_files_go_where_tls_is_spoken(authority: Authority) -> None:
    certificate, key = authority.sign("agent", "agent")
    files = {"tls_ca": authority.ca, "tls_cert": certificate, "tls_key": key}
    settings = RuntimeSettings(amqp_url="amqps://me:pw@host/v?heartbeat=5", redis_url="redis://host:6379/0", **files)
    assert settings.record_store == "redis://host:6379/0"
    for path in files.values():
        assert str(path).replace("/", "%2F") in settings.broker
    assert settings.broker.startswith("amqps://me:pw@host/v?cafile=")
    assert settings.broker.endswith("&heartbeat=5")


def test_files_that_are_none_are_told(monkeypatch: pytest.MonkeyPatch, authority: Authority, tmp_path: Path) -> None:
    certificate, key = authority.sign("agent", "agent")
    _, other = authority.sign("other", "other")
    text = tmp_path / "text"
    text.write_text("not a certificate")
    for files, words in [
        ((tmp_path / "none", "", ""), r"TLS_CA: .*none cannot be read \(No such file or directory\)"),
        ((text, "", ""), "TLS_CA: it holds no certificate; it has to be PEM"),
        (("", certificate, ""), "TLS_KEY: a certificate needs its key, .* set both TLS_CERT and TLS_KEY"),
        (("", "", key), "TLS_KEY: a certificate needs its key"),
        (("", certificate, other), f"TLS_KEY: it is not the key of {certificate}"),
        (("", text, key), f"TLS_KEY: it is not the key of {text}, or one of the two is not PEM"),
    ]:
        for name, path in zip(("TLS_CA", "TLS_CERT", "TLS_KEY"), files, strict=True):
            monkeypatch.setenv(name, str(path))
        with pytest.raises(SettingsError, match=words):
            RuntimeSettings.read()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (10, "its certificate has expired: renew it"),
        (9, "its certificate is not valid yet: renew it, or set the clock"),
        (19, "put who did into the file in TLS_CA"),
        (62, "for another name"),
        (85, "is not as it has to be (no key id): make it anew"),
    ],
)
def test_why_a_certificate_is_not_taken_is_told_with_what_to_do(code: int, words: str) -> None:
    refused = ssl.SSLCertVerificationError("refused")
    refused.verify_code, refused.verify_message = code, "no key id"
    wrapped = ConnectionError("lost")
    wrapped.__cause__ = refused
    assert words in str(advice(wrapped))
    assert advice(ConnectionError("lost")) is None


def test_an_error_that_led_to_itself_has_an_end() -> None:
    one, other = OSError("one"), OSError("other")
    one.__cause__, other.__cause__ = other, one
    assert advice(one) is None
