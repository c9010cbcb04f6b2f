"""A certified OpenID Connect provider for the tests: `oidc-provider` by Node.js, as a private process on loopback."""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2

from tests.brokers import MissingBackend, Process, free_ports

SOURCE = Path(__file__).parent / "provider"
CACHE = Path(__file__).resolve().parents[1] / ".node"
SECRET = "a+secret/with%odd:letters&30 of them"
ROLES = json.dumps(
    {"leads": {"role": "admin", "businesses": None}, "support": {"role": "agent", "businesses": ["retail"]}}
)
SETTINGS = {"OIDC_CLIENT_ID": "desk", "OIDC_CLIENT_SECRET": SECRET, "OIDC_ROLES": ROLES, "OIDC_NAME": "Example ID"}
PUBLIC = {"OIDC_CLIENT_ID": "desk-public", "OIDC_ROLES": ROLES, "OIDC_NAME": "Example ID"}
"""What a desk sets that is known to the provider, beside OIDC_ISSUER."""


class IdentityProvider:
    """One that knows the desks at these origins."""

    def __init__(self, folder: Path, *origins: str) -> None:
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        command = [node(), str(SOURCE / "server.mjs"), str(self.port), str(modules()), *origins]
        self.process = Process(command, folder)

    def start(self) -> None:
        """Running, and answering."""
        if not self.process.running():
            self.process.start()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.running():
            with contextlib.suppress(httpx2.HTTPError):
                if httpx2.get(f"{self.url}/.well-known/openid-configuration", timeout=5).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the provider does not start:\n{self.process.log()}")

    def stop(self) -> None:
        self.process.signal(signal.SIGKILL)
        if self.process.child:
            self.process.child.wait()

    def rotate(self) -> None:
        """Other keys from now on, and nobody knows the old ones any more."""
        httpx2.post(f"{self.url}/rotate", timeout=10).raise_for_status()


@contextlib.contextmanager
def identity_provider(*origins: str) -> Iterator[IdentityProvider]:
    with tempfile.TemporaryDirectory(prefix="callcenter-identity-") as folder:
        provider = IdentityProvider(Path(folder), *origins)
        try:
            provider.start()
            yield provider
        finally:
            provider.stop()


def node(program: str = "node") -> str:
    """Node.js as a Python package has it, since not every Debian's is new enough for the provider."""
    return str(Path(sys.executable).parent / program)


def modules() -> Path:
    """The folder with the locked packages in it, installed by npm at the first call and whenever the lock changes."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    folder = CACHE / hashlib.sha256(lock).hexdigest()[:16]
    if not folder.exists():
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as fresh:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(SOURCE / name, fresh)
            _install(Path(fresh))
            with contextlib.suppress(OSError):  # somebody else was quicker
                Path(fresh).rename(folder)
                Path(fresh).mkdir()
    return folder


def _install(folder: Path) -> None:
    command = [node("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    done = subprocess.run(command, cwd=folder, env=os.environ, check=False, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise MissingBackend(f"npm could not install the identity provider of the tests:\n{done.stderr[-2000:]}")
