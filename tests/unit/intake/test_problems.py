"""Whatever a client gets wrong is told as a problem document, in a sentence that helps."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.unit.intake.house import REFUND, House, problem

JSON = {"Content-Type": "application/json"}


async def _send(house: House, content: bytes | AsyncIterator[bytes], headers: Mapping[str, str] = JSON) -> Any:
    return await house.client.post("/v1/interactions", content=content, headers=headers)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "text: is empty; please write"),
        ({"text": " \n\t "}, "text: is empty; please write"),
        ({"text": "my order\x00is late"}, "control characters"),
        ({"text": "\x1b[2Jhello"}, "control characters"),
        ({"text": "x" * 4001}, "4000"),
        ({"text": None}, "text: is missing; please write"),
        ({"text": 5}, "text: Input should be a valid string"),
        ({"text": ["hello"]}, "text: Input should be a valid string"),
        ({"mode": "live", "persona": "angry"}, "persona: is for simulated customers"),
        ({"mode": "letter"}, "mode: Input should be"),
        ({"seed": -1}, "seed: Input should be greater than or equal to 0"),
        ({"seed": 2**31}, "seed: Input should be less than"),
        ({"seed": "seven"}, "seed: Input should be a valid integer"),
        ({"customer_id": ""}, "customer_id"),
        ({"customer_id": "C-1001\n"}, "customer_id: contains control characters"),
        ({"channel": "No Such Channel!"}, "channel"),
        ({"priority": "P1"}, "priority: Extra inputs are not permitted"),
        ({"business": "bakery"}, "choose one of: retail, banking, telecom"),
    ],
)
async def test_a_wrong_field_is_named_and_explained(house: House, changes: dict[str, Any], words: str) -> None:
    answer = await house.ask({**REFUND, **changes})
    assert words in problem(answer, 422)
    assert answer.json()["errors"][0]["field"] in changes
    assert answer.json()["instance"] == "/v1/interactions"


async def test_a_missing_text_and_another_mistake_are_both_told(house: House) -> None:
    answer = await house.ask({"seed": -1})
    detail = problem(answer, 422)
    assert "text: is missing; please write" in detail
    assert "seed: " in detail
    assert {error["field"] for error in answer.json()["errors"]} == {"text", "seed"}


async def test_four_thousand_characters_of_any_script_are_taken(house: House) -> None:
    for letter in ("x", "漢", "😀"):
        assert (await house.ask({"text": letter * 4000})).status_code == 202


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 422, "The body is empty"),
        (b"  \n", 422, "The body is empty"),
        (b"text=hello", 400, "Please send JSON like"),
        (b'{"text": "hello"', 400, "Please send JSON like"),
        (b'{"text": "hel\xfflo"}', 400, "Please send JSON like"),
        (b'{"text": "\\ud800 alone"}', 400, "Please send JSON like"),
        (b'{"text": "alone \\udfff"}', 400, "surrogate"),
        (b'[{"text": "hello"}]', 422, "body: Input should be an object"),
        (b'"hello"', 422, "body: Input should be an object"),
        (b"null", 422, "body: Input should be an object"),
        (b"[" * 10_000, 400, "Please send JSON like"),
    ],
)
async def test_a_body_that_is_no_request_is_refused(house: House, content: bytes, status: int, words: str) -> None:
    assert words in problem(await _send(house, content), status)


async def _chunks(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // 1024):
        yield b"x" * 1024


async def test_a_body_that_is_too_large_is_refused_with_and_without_its_length(house: House) -> None:
    limit = 64 * 1024
    whole = json.dumps({"text": "x", "customer_id": "y" * limit}).encode()
    assert "65536 bytes" in problem(await _send(house, whole), 413)
    assert "65536 bytes" in problem(await _send(house, _chunks(1024 * 1024)), 413)
    padded = json.dumps(REFUND).encode().ljust(limit)
    assert (await _send(house, padded)).status_code == 202


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml", "image/png"])
async def test_another_type_of_body_is_refused(house: House, kind: str) -> None:
    detail = problem(await _send(house, json.dumps(REFUND).encode(), {"Content-Type": kind}), 415)
    assert kind.split(";", maxsplit=1)[0] in detail
    assert "application/json" in detail


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/problem+json"])
async def test_json_by_any_name_is_taken(house: House, kind: str) -> None:
    assert (await _send(house, json.dumps(REFUND).encode(), {"Content-Type": kind})).status_code == 202


async def test_a_page_of_another_site_cannot_send(house: House) -> None:
    assert "other sites" in problem(await house.ask(sec_fetch_site="cross-site"), 403)
    assert (await house.ask(sec_fetch_site="same-origin")).status_code == 202


@pytest.mark.parametrize("unknown", ["nope", "00000000-0000-7000-8000-000000000000", "%0a%00", "x" * 5000, "漢"])
@pytest.mark.parametrize("tail", ["", "/events"])
async def test_an_unknown_interaction_is_told(house: House, unknown: str, tail: str) -> None:
    detail = problem(await house.client.get(f"/v1/interactions/{unknown}{tail}"), 404)
    assert "GET /v1/interactions lists the newest" in detail
    assert len(detail) < 400


@pytest.mark.parametrize("path", ["/v1/nothing", "/nothing", "/v2/interactions", "/%2e%2e/app.py", "/..%2fapp.py"])
async def test_an_unknown_address_is_told(house: House, path: str) -> None:
    assert "/docs" in problem(await house.client.get(path), 404)


async def test_who_follows_a_wrong_link_in_a_browser_gets_a_page(house: House) -> None:
    page = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = await house.client.get("/nothing", headers=page)
    assert answer.status_code == 404
    assert 'href="/tickets.html"' in answer.text
    problem(await house.client.get("/v1/nothing", headers=page), 404)


async def test_what_is_long_comes_packed_to_who_can_unpack_it(house: House) -> None:
    packed = await house.client.get("/console.js", headers={"Accept-Encoding": "gzip"})
    plain = await house.client.get("/console.js", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert "accept-encoding" in plain.headers["vary"].lower()


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/interactions", {"GET", "POST"}),
        ("PUT", "/v1/interactions/some-id", {"GET"}),
        ("POST", "/v1/businesses", {"GET"}),
        ("POST", "/readyz", {"GET"}),
        ("POST", "/", {"GET"}),
    ],
)
async def test_a_wrong_method_is_told_with_the_right_ones(
    house: House, method: str, path: str, allowed: set[str]
) -> None:
    answer = await house.client.request(method, path)
    assert method in problem(answer, 405)
    assert allowed <= {name.strip() for name in answer.headers["allow"].split(",")}


async def test_a_bug_is_told_without_its_insides(house: House) -> None:
    async def broken(_: Request) -> Response:
        raise ZeroDivisionError("secret")

    house.app.router.add_route("/broken", broken)
    house.app.router.routes.insert(0, house.app.router.routes.pop())
    answer = await house.client.get("/broken")
    detail = problem(answer, 500)
    assert "on our side" in detail
    assert "secret" not in answer.text
