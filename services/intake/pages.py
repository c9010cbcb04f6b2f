"""The files of the console; who follows a wrong link in a browser gets a page that leads on, a program a problem.

What every page begins with stands once, in `head.html`, and goes in where a page names it.
"""

import os
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

WEB = Path(__file__).parent / "web"
_HEAD = "<!-- head.html -->"


def page(name: str, status: int = HTTPStatus.OK) -> HTMLResponse:
    """A page of the console with its head."""
    text = _whole(name)
    return HTMLResponse(text, status, {"ETag": f'"{sha256(text.encode()).hexdigest()[:32]}"'})


def _whole(name: str) -> str:
    return (WEB / name).read_text().replace(_HEAD, (WEB / "head.html").read_text().rstrip())


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
                return page("lost.html", HTTPStatus.NOT_FOUND)
            raise

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file as it is; a page with its head."""
        path = Path(full_path)
        if path.suffix != ".html":
            return super().file_response(full_path, stat_result, scope, status_code)
        whole = page(path.relative_to(WEB).as_posix(), status_code)
        known = self.is_not_modified(whole.headers, Headers(scope=scope))
        return NotModifiedResponse(whole.headers) if known else whole


def _wants_a_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")
