"""The names of our mails: each is the same whenever it is made again, and nobody else can make one."""

import re
from collections.abc import Iterator
from hashlib import blake2b
from hmac import compare_digest

_OURS = re.compile(r"cc\.([0-9a-f-]{36})\.([A-Za-z0-9-]{1,64})\.([0-9a-f]{24})@")


def message_id(secret: bytes, interaction_id: str, name: str, domain: str) -> str:
    """The Message-ID of a letter."""
    return f"<cc.{interaction_id}.{name}.{_seal(secret, interaction_id, name)}@{domain}>"


def our_letters(secret: bytes, text: str) -> Iterator[tuple[str, str]]:
    """Interaction and name of each letter of ours whose Message-ID stands in the text, in its order."""
    for interaction_id, name, seal in _OURS.findall(text):
        if compare_digest(seal, _seal(secret, interaction_id, name)):
            yield interaction_id, name


def _seal(secret: bytes, *parts: str) -> str:
    return blake2b("/".join(parts).encode(), key=secret, digest_size=12, person=b"message-id").hexdigest()
