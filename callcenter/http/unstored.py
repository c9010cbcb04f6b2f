"""What nobody between us and a client may keep: answers about people."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Unstored:
    """Adds `Cache-Control: no-store` to what is answered below the `addresses`, where it says nothing else."""

    def __init__(self, app: ASGIApp, addresses: tuple[str, ...] = ("/",)) -> None:
        self.app, self.addresses = app, addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add it on the way back."""

        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("Cache-Control", "no-store")
            await send(message)

        ours = scope["type"] == "http" and scope["path"].startswith(self.addresses)
        await self.app(scope, receive, send_with_header if ours else send)
