"""The files of the console; who follows a wrong link in a browser gets a page that leads on, a program a problem."""

from http import HTTPStatus
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WEB = Path(__file__).parent / "web"
_LOST = WEB / "lost.html"


class Pages(StaticFiles):
    """All below `web/`."""

    def __init__(self) -> None:
        super().__init__(directory=WEB, html=True)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; where there is none, the page for who is lost, if a page was asked for."""
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code == HTTPStatus.NOT_FOUND and _wants_a_page(Request(scope)):
                return FileResponse(_LOST, HTTPStatus.NOT_FOUND)
            raise


def _wants_a_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")
