"""Everything beside the API on the port of intake: pages, health, metrics, and the headers of all of them."""

import re

import pytest

from callcenter import __version__
from services.intake.pages import WEB
from tests.unit.intake.house import House, open_house

HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy")


PAGES = ["/", "/docs", "/tickets.html", "/people.html", "/signin.html"]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_and_all_that_it_loads_come_from_here(house: House, path: str) -> None:
    page = await house.client.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", page.text)
    assert not re.findall(r"<(?:script|style)(?![^>]*src=)[^>]*>\s*\S", page.text), "inline code is barred by our CSP"
    loaded = re.findall(r"""<(?:script|link|img)[^>]*?(?:src|href)=["']([^"'#]+)""", page.text)
    assert len(loaded) >= 3
    for address in loaded:
        assert (await house.client.get(f"/{address.removeprefix('/')}")).status_code == 200, address


@pytest.mark.parametrize("path", [*PAGES, "/lost/way"])
async def test_every_page_begins_alike_and_is_kept_by_a_browser(house: House, path: str) -> None:
    page = await house.client.get(path, headers={"Accept": "text/html"})
    head = (WEB / "head.html").read_text().strip()
    assert page.text.count(head) == 1
    assert "<!--" not in page.text
    assert page.text.count("<meta charset") == 1
    again = await house.client.get(path, headers={"Accept": "text/html", "If-None-Match": page.headers["etag"]})
    assert again.status_code == (304 if path.endswith(("/", ".html")) else page.status_code)


async def test_no_script_or_style_of_ours_names_another_site(house: House) -> None:
    pages = [await house.client.get(path) for path in ("/", "/docs")]
    scripts = {name for page in pages for name in re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', page.text)}
    todo, seen = {name for name in scripts if "vendor" not in name}, set[str]()
    while todo:
        name = todo.pop()
        seen.add(name)
        text = (await house.client.get(f"/{name}")).text
        assert not re.findall(r"""(?:from|import\(|fetch\(|url\()\s*["']?(?:https?:)?//""", text), name
        todo |= {f"{one}" for one in re.findall(r"""from\s+["']\./([^"']+)""", text)} - seen
    assert len(seen) > 5


@pytest.mark.parametrize(
    "path",
    ["/", "/docs", "/openapi.json", "/v1/interactions", "/v1/interactions/nope", "/nothing", "/readyz", "/metrics"],
)
async def test_every_answer_carries_the_security_headers(house: House, path: str) -> None:
    headers = (await house.client.get(path)).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", ["/v1/interactions", "/v1/businesses", "/v1/interactions/nope", "/v1/no", "/readyz"])
async def test_nobody_keeps_what_the_api_answers(house: House, path: str) -> None:
    assert (await house.client.get(path)).headers["cache-control"] == "no-store"
    assert "no-store" not in (await house.client.get("/console.js")).headers.get("cache-control", "")


async def test_it_says_that_it_lives_and_is_ready(house: House) -> None:
    assert (await house.client.get("/livez")).json() == {"status": "ok"}
    ready = await house.client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "checks": {"store": "ok", "broker": "ok", "draining": "ok"}}


async def test_a_house_that_closes_is_alive_but_not_ready() -> None:
    async with open_house(working=False) as house:
        house.runtime.draining.set()
        assert (await house.client.get("/livez")).status_code == 200
        ready = await house.client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["checks"]["draining"] != "ok"


async def test_the_metrics_count_what_happens(house: House) -> None:
    async def handled() -> float:
        text = (await house.client.get("/metrics")).text
        found = re.search(r'callcenter_moments_total\{moment="event_handled",service="summary"\} (\S+)', text)
        return float(found[1]) if found else 0

    before = await handled()
    await house.finished()
    assert await handled() == before + 1


async def test_it_tells_about_itself_and_its_businesses(house: House) -> None:
    about = (await house.client.get("/v1/about")).json()
    assert (about["version"], about["mode"], about["docs"]) == (__version__, "embedded", "/docs")
    businesses = (await house.client.get("/v1/businesses")).json()
    retail = next(business for business in businesses if business["name"] == "retail")
    assert len(retail["samples"]) >= 3
    for sample in retail["samples"]:
        view = await house.finished({"text": sample["text"], "customer_id": sample["customer_id"]})
        assert view["status"] == "completed", sample["label"]


async def test_the_openapi_document_names_every_address_and_its_problems(house: House) -> None:
    paths = (await house.client.get("/openapi.json")).json()["paths"]
    assert paths.keys() == {
        "/v1/interactions",
        "/v1/interactions/{interaction_id}",
        "/v1/interactions/export",
        "/v1/interactions/{interaction_id}/print",
        "/v1/interactions/{interaction_id}/mails",
        "/v1/interactions/{interaction_id}/events",
        "/v1/interactions/{interaction_id}/messages",
        "/v1/handoffs",
        "/v1/handoffs/duty",
        "/v1/handoffs/teams",
        "/v1/handoffs/{interaction_id}",
        "/v1/handoffs/{interaction_id}/accept",
        "/v1/handoffs/{interaction_id}/take",
        "/v1/handoffs/{interaction_id}/say",
        "/v1/handoffs/{interaction_id}/return",
        "/v1/handoffs/{interaction_id}/close",
        "/v1/businesses",
        "/v1/about",
    }
    post = paths["/v1/interactions"]["post"]
    assert {"200", "202", "400", "413", "415", "422", "503"} <= post["responses"].keys()
    assert "text" in str(post["requestBody"])
    for status in ("400", "422", "503"):
        assert "application/problem+json" in post["responses"][status]["content"]
    assert (
        "text/event-stream" in paths["/v1/interactions/{interaction_id}/events"]["get"]["responses"]["200"]["content"]
    )
