"""How events travel: declared by type, carried by a transport, handled by one pipeline."""

from callcenter.messaging.worker import Worker, handles

__all__ = ["Worker", "handles"]
