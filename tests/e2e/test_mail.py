"""Mail in a real browser: what became of the mails of a contact, and an answer that a person sends from its ticket."""

import subprocess
import sys
from collections.abc import Iterator

import aiosmtplib
import httpx2
import pytest
from playwright.async_api import expect

from tests.brokers import free_ports
from tests.e2e.browsing import PATIENCE, Visit, assert_accessible
from tests.e2e.conftest import ROOT, environment, wait_until_ready
from tests.mail import DANA, HELP, a_mail, receiving
from tests.waiting import until

LISTEN, SERVER = free_ports(2)


@pytest.fixture(scope="module")
def console_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console of our own that is reached by mail."""
    (port,) = free_ports(1)
    url, log = f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("mail") / "log"
    mail = {"MAIL_LISTEN": f"127.0.0.1:{LISTEN}", "MAIL_SERVER": f"smtp://127.0.0.1:{SERVER}", "MAIL_RETRIES": "[0.5]"}
    known = {"HTTP_PORT": str(port), "HTTP_HOST": "127.0.0.1", "DEMO": "on", "SILENCE_AFTER": "1", "MAIL_SILENCE": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services"],
            cwd=ROOT,
            env=environment(**known, **mail),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(url, process, log)
        yield url
        process.terminate()
        assert process.wait(30) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()


async def test_mails_are_shown_and_an_answer_is_sent_from_the_ticket(visit: Visit, console_url: str) -> None:
    refused: list[str] = []

    def answer(_: str, data: bytes) -> str | None:
        if b"kim, Harbor" not in data:
            return None
        refused.append("once")
        return "554 5.7.1 <img src=x onerror=alert(1)>" if len(refused) == 1 else None

    async with receiving(answer, SERVER), httpx2.AsyncClient(base_url=console_url, timeout=20) as api:
        mail = a_mail("Please let me talk to a human being about my complaint.", "Complaint")
        await aiosmtplib.send(mail, sender=DANA, recipients=[HELP], hostname="127.0.0.1", port=LISTEN, start_tls=False)

        async def ended() -> dict[str, str] | None:
            items = (await api.get("/v1/interactions")).json()["items"]
            return items[0] if items and items[0]["status"] == "completed" else None

        card = await until(ended, 60)
        async with visit(f"/#/i/{card['id']}") as page:
            mails = page.locator('[data-panel="mails"]')
            await expect(mails).to_contain_text(DANA, timeout=PATIENCE)
            await expect(mails.locator("li")).to_contain_text("The assistant Sent", timeout=PATIENCE)
            await assert_accessible(page)
        async with visit(f"/tickets.html#{card['ticket_id']}") as page:
            await page.get_by_role("button", name="Who are you?", exact=True).click()
            await page.get_by_label("Your name").fill("kim")
            await page.keyboard.press("Enter")
            for text, state in (("We are sorry.", "Not delivered"), ("We have sent a new one.", "Sent")):
                await page.get_by_label("New comment").fill(text)
                await page.get_by_label("Send it to the customer by mail").check()
                await page.get_by_role("button", name="Add comment", exact=True).click()
                newest = page.locator('[data-panel="mails"] li').last
                await expect(newest).to_contain_text(f"kim {state}", timeout=PATIENCE)
            failed = page.locator('[data-panel="mails"] li').nth(-2)
            await expect(failed).to_contain_text("554 5.7.1 <img src=x onerror=alert(1)>")
            await assert_accessible(page)
