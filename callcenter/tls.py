"""TLS to RabbitMQ and Redis: whom we trust, who we are, and what to do where the two cannot agree."""

import ssl
from collections.abc import Iterator
from pathlib import Path

_OTHER_NAME = (62, 64)
"""OpenSSL's verify codes for a host name and for an IP address that the certificate is not for."""

_STRANGER = (2, 18, 19, 20, 21)
"""Those for one that leads to nobody whom we know."""

_NOT_NOW = {9: "is not valid yet", 10: "has expired"}

_NO_TLS = "it speaks no TLS on this port: correct the port in the URL, or leave out the s of its scheme"
_NOT_US = "it does not take the certificate in TLS_CERT: have it signed by an authority that the server trusts"
_ADVICE = {
    "WRONG_VERSION_NUMBER": _NO_TLS,
    "RECORD_LAYER_FAILURE": _NO_TLS,
    "CERTIFICATE_REQUIRED": "it wants to know who asks: set TLS_CERT and TLS_KEY",
    "UNKNOWN_CA": _NOT_US,
    "BAD_CERTIFICATE": _NOT_US,
    "DECRYPT_ERROR": _NOT_US,
}
"""What to do, by a part of the reason that OpenSSL gives."""


def authorities(ca: Path) -> Path:
    """The file itself; raises ValueError with what to do where OpenSSL finds no certificate in it."""
    _readable(ca)
    try:
        ssl.create_default_context(cafile=str(ca))
    except ssl.SSLError:
        raise ValueError("it holds no certificate; it has to be PEM (-----BEGIN CERTIFICATE-----)") from None
    return ca


def identity(cert: Path | None, key: Path | None) -> None:
    """Raises ValueError with what to do where these two are not of each other; neither is fine."""
    if (cert is None) != (key is None):
        raise ValueError("a certificate needs its key, and a key its certificate: set both TLS_CERT and TLS_KEY")
    if cert and key:
        _readable(cert)
        _readable(key)
        try:
            ssl.create_default_context().load_cert_chain(cert, key, password="")
        except ssl.SSLError:
            raise ValueError(f"it is not the key of {cert}, or one of the two is not PEM, or has a password") from None


def _readable(path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}); correct the path, or who may read it") from None


def advice(error: BaseException) -> str | None:
    """What to do where TLS is the reason of an error; None where it is not."""
    for reason in _reasons(error):
        if isinstance(reason, ssl.SSLCertVerificationError):
            return _unverified(reason)
        if isinstance(reason, ssl.SSLError):
            known = (told for name, told in _ADVICE.items() if name in (reason.reason or ""))
            return next(known, f"TLS failed ({reason.reason or reason})")
    return None


def _unverified(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _OTHER_NAME:
        which = error.verify_message.removesuffix(".")
        return f"its certificate is for another name ({which}): ask for it by a name in its certificate, or renew that"
    if error.verify_code in _NOT_NOW:
        return f"its certificate {_NOT_NOW[error.verify_code]}: renew it, or set the clock of this machine"
    if error.verify_code in _STRANGER:
        return (
            f"nobody that we trust signed its certificate ({error.verify_message}): put who did into the file in TLS_CA"
        )
    return f"its certificate, or that of who signed it, is not as it has to be ({error.verify_message}): make it anew"


def _reasons(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what led to it; aiormq's may have led to themselves."""
    seen = list[BaseException]()
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__
