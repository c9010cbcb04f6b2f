"""A real RabbitMQ, Redis and PostgreSQL for the tests: in containers, or as private processes of installed programs.

`python -m tests.brokers` prints the Debian packages that the tests still lack on this machine, if any.
"""

import contextlib
import gc
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
import warnings
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, LiteralString, Protocol
from urllib.parse import quote

import docker
import psutil
import psycopg

# Set before the import, which reads them: we end what we start, and the helper's image may not be at hand.
os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
os.environ.setdefault("TESTCONTAINERS_CONNECTION_MODE", "docker_host")
from testcontainers.core.container import DockerContainer

RABBITMQ_IMAGE = os.environ.get("RABBITMQ_IMAGE", "rabbitmq:4-management")
REDIS_IMAGE = os.environ.get("REDIS_IMAGE", "redis:8-alpine")
POSTGRES_IMAGE = os.environ.get("POSTGRES_IMAGE", "postgres:17-alpine")
REDIS_COMMAND = ["redis-server", "--appendonly", "yes", "--appendfsync", "always", "--save", ""]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
APT = "sudo apt-get install --no-install-recommends"


class MissingBackend(Exception):
    """Neither containers nor processes can be had; the message says what to install."""


class Host(Protocol):
    """What a server runs in: a process of its own or a container."""

    def start(self) -> None: ...
    def signal(self, number: signal.Signals) -> None: ...
    def running(self) -> bool: ...  # whether any part of it lives
    def log(self) -> str: ...
    def run(self, *command: str) -> str: ...


class Process:
    """A program in a session of its own, so that a signal reaches all of it and Ctrl-C none of it."""

    def __init__(
        self, command: list[str], folder: Path, env: dict[str, str] | None = None, user: str | None = None
    ) -> None:
        self.command, self.folder, self.env, self.user = command, folder, env, user
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "output").open("ab") as output:
            self.child = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.env,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        if self.child:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, number)

    def running(self) -> bool:
        return self.child is not None and (self.child.poll() is None or bool(self._members()))

    def _members(self) -> list[psutil.Process]:
        """What lives of its session: a killed virtual machine outlives the script that started it by a moment."""
        members = []
        for process in psutil.process_iter():
            with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
                if os.getsid(process.pid) == self.child.pid and process.status() != psutil.STATUS_ZOMBIE:
                    members.append(process)
        return members

    def log(self) -> str:
        logs = [self.folder / "output", *self.folder.glob("log/*.log")]
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in logs)

    def run(self, *command: str) -> str:
        return subprocess.run(command, env=self.env, check=True, capture_output=True, text=True, timeout=60).stdout


class Cluster(Process):
    """A PostgreSQL server: each of its processes has a session of its own, and all of them work in its data folder."""

    def signal(self, number: signal.Signals) -> None:
        super().signal(number)
        for process in self._members():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def _members(self) -> list[psutil.Process]:
        members = []
        for process in psutil.process_iter():
            with contextlib.suppress(OSError, psutil.Error):
                if process.cwd() == str(self.folder / "data") and process.status() != psutil.STATUS_ZOMBIE:
                    members.append(process)
        return members


class Container:
    """A container with its ports on the loopback address; the same ports again after a restart."""

    def __init__(
        self,
        image: str,
        ports: dict[int, int],
        command: list[str] | None = None,
        files: dict[Path, str] | None = None,
        **env: str,
    ) -> None:
        self.container = DockerContainer(image).with_envs(**env)
        for outside, inside in (files or {}).items():
            self.container.with_volume_mapping(str(outside), inside)
        self.container.ports = {inside: ("127.0.0.1", outside) for inside, outside in ports.items()}
        if command:
            self.container.with_command(command)
        self.wrapped: Any = None

    def start(self) -> None:
        if self.wrapped:
            self.wrapped.start()
        else:
            self.wrapped = self.container.start().get_wrapped_container()

    def signal(self, number: signal.Signals) -> None:
        act = {signal.SIGSTOP: "pause", signal.SIGCONT: "unpause"}.get(number)
        status = self._status()
        if act == "unpause" and status == "paused":
            self.wrapped.unpause()
        elif act == "pause" and status == "running":
            self.wrapped.pause()
        elif act is None and status in ("running", "paused"):
            self.wrapped.kill(signal=number.name)

    def running(self) -> bool:
        return self._status() in ("running", "paused")

    def log(self) -> str:
        return str(self.wrapped.logs(tail=60).decode(errors="replace"))

    def run(self, *command: str) -> str:
        code, output = self.wrapped.exec_run(list(command))
        if code:
            raise subprocess.CalledProcessError(code, command, output)
        return str(output.decode())

    def remove(self) -> None:
        if self.wrapped:
            self.container.stop()

    def _status(self) -> str:
        if not self.wrapped:
            return "none"
        self.wrapped.reload()
        return str(self.wrapped.status)


class Server:
    """A server under test, with the faults that can befall one.

    All calls block: inside a running loop use `await asyncio.to_thread(server.start)`.
    """

    name: str
    patience = 90.0
    ready_since = 0.0
    tls_port = 0
    """Where it speaks TLS, if it was given a certificate."""

    def __init__(self, host: Host, port: int) -> None:
        self.host, self.port = host, port

    def ready(self) -> bool:
        """Whether it answers in its own protocol."""
        raise NotImplementedError

    def start(self) -> None:
        """Up and answering, whatever state it was in; its data and its address are those of before."""
        self.thaw()
        started = not self.host.running()
        if started:
            self.host.start()
        deadline = time.monotonic() + self.patience
        while not self.ready():
            if not self.host.running() or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{self.host.log()}")
            time.sleep(0.05)
        if started:
            self.ready_since = time.monotonic()

    def stop(self) -> None:
        """Ended in good order, as by an operator: given 15 seconds, then killed."""
        self._end(signal.SIGTERM)
        self._end(signal.SIGKILL)

    def kill(self) -> None:
        """Ended at once, as by a power cut."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Connected but silent, as a stalled machine is."""
        self.host.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Going on after freeze()."""
        self.host.signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self.host.running():
            self.host.signal(how)
            self.thaw()  # a frozen one takes no other signal
            deadline = time.monotonic() + 15
            while self.host.running() and time.monotonic() < deadline:
                time.sleep(0.05)


class RabbitMQ(Server):
    """The broker."""

    name = "RabbitMQ"
    deletes_after = 5.0
    """Seconds after a start until queues may be deleted."""
    settled_after = 2.0
    """Seconds until a new quorum queue is written down: with a kill() before that the queue is lost for good."""

    def __init__(self, host: Host, port: int, management_port: int, ctl: str) -> None:
        super().__init__(host, port)
        self.url = f"amqp://guest:guest@127.0.0.1:{port}/"
        self.management_url = f"http://127.0.0.1:{management_port}"
        self.program = ctl

    def ready(self) -> bool:
        """It greets a client with its first frame, and its management API answers."""
        return _answer(self.port, b"AMQP\x00\x00\x09\x01", 1) == b"\x01" and self._overview() is not None

    @property
    def version(self) -> str:
        """As the server itself tells."""
        return str((self._overview() or {}).get("rabbitmq_version", "?"))

    def ctl(self, *arguments: str) -> str:
        """What `rabbitmqctl ARGUMENTS` prints; takes a second or two."""
        return self.host.run(self.program, *arguments)

    def queues(self, prefix: str = "") -> list[str]:
        """Names of the queues that begin with the prefix."""
        return [q["name"] for q in self.api("GET", "queues?columns=name") if q["name"].startswith(prefix)]

    def forget(self, namespace: str) -> None:
        """Delete the queues and exchanges of a namespace."""
        for kind in ("queues", "exchanges"):
            for thing in self.api("GET", f"{kind}?columns=name"):
                if thing["name"].startswith(f"{namespace}."):
                    self.delete(f"{kind}/{thing['name']}")

    def settle(self) -> None:
        """Wait until something may be deleted.

        Not at once after a start: when a queue is deleted while 3.10 starts its dead-lettering, the supervisor of all
        dead-lettering dies, and from then on every declaration is answered with 541 INTERNAL_ERROR.
        """
        time.sleep(max(0.0, self.ready_since + self.deletes_after - time.monotonic()))

    def delete(self, what: str) -> None:
        """Delete `queues/<name>` or `exchanges/<name>`, once it may be done."""
        self.settle()
        kind, name = what.split("/", 1)
        self.api("DELETE", f"{kind}/%2F/{quote(name, safe='')}")

    def api(self, method: str, path: str, body: object = None) -> Any:
        """One call of the management API."""
        request = urllib.request.Request(f"{self.management_url}/api/{path}", method=method)
        request.add_header("Authorization", "Basic " + b64encode(b"guest:guest").decode())
        request.add_header("Content-Type", "application/json")
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def _overview(self) -> dict[str, Any] | None:
        with contextlib.suppress(OSError, ValueError):
            overview: dict[str, Any] = self.api("GET", "overview")
            return overview
        return None


class Redis(Server):
    """The store."""

    name = "Redis"

    def __init__(self, host: Host, port: int) -> None:
        super().__init__(host, port)
        self.url = f"redis://127.0.0.1:{port}/0"

    def ready(self) -> bool:
        """It answers PING, so its data is loaded."""
        return _answer(self.port, b"PING\r\n", 7) == b"+PONG\r\n"

    @property
    def version(self) -> str:
        """As the server itself tells."""
        found = re.search(rb"redis_version:(\S+)", _answer(self.port, b"INFO server\r\n", 4096))
        return found.group(1).decode() if found else "?"


class PostgreSQL(Server):
    """A database of accounts."""

    name = "PostgreSQL"

    def __init__(self, host: Host, port: int) -> None:
        super().__init__(host, port)
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def ready(self) -> bool:
        """It takes a client and answers a question."""
        return bool(self._ask("select 1"))

    def stop(self) -> None:
        """Ended in good order, without waiting for its clients to go."""
        self._end(signal.SIGINT)
        self._end(signal.SIGKILL)

    @property
    def version(self) -> str:
        """As the server itself tells."""
        return self._ask("show server_version").partition(" ")[0] or "?"

    def _ask(self, question: LiteralString) -> str:
        with (
            contextlib.suppress(psycopg.Error),
            psycopg.connect(self.url, connect_timeout=2, autocommit=True) as connection,
        ):
            (answer,) = connection.execute(question).fetchone() or ("",)
            return str(answer)
        return ""


class Processes:
    """Private processes with ports, data and cookie of their own: no other instance on the machine is touched."""

    def describe(self) -> str:
        """For the header of a test run."""
        return f"private processes of {_rabbitmq_sbin()} and {shutil.which('redis-server')}"

    @contextlib.contextmanager
    def rabbitmq(self, certificates: Path | None = None) -> Iterator[RabbitMQ]:
        """A node of its own, ended with its port mapper; with certificates it speaks TLS, too, on another port."""
        with _folder("rabbitmq") as folder:
            sbin, (port, tls, management, dist, epmd, ctl) = _rabbitmq_sbin(), free_ports(6)
            env = _node_environment(folder, port, dist, epmd, ctl)
            (folder / "rabbitmq.conf").write_text(
                f"listeners.tcp.1 = 127.0.0.1:{port}\n"
                f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management}\n"
                "log.console = false\nlog.file.level = warning\ndisk_free_limit.absolute = 100MB\n"
                + (_rabbitmq_tls(f"127.0.0.1:{tls}", str(certificates)) if certificates else "")
            )
            (folder / "enabled_plugins").write_text("[rabbitmq_management].")
            server = RabbitMQ(
                Process([f"{sbin}/rabbitmq-server"], folder, env), port, management, f"{sbin}/rabbitmqctl"
            )
            server.tls_port = tls
            try:
                server.start()
                yield server
            finally:
                server.kill()
                _end_port_mapper(env)

    @contextlib.contextmanager
    def redis(self, certificates: Path | None = None) -> Iterator[Redis]:
        """A server of its own, with its data in a folder of its own; with certificates as RabbitMQ."""
        with _folder("redis") as folder:
            port, tls = free_ports(2)
            command = [*REDIS_COMMAND, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
            command += _redis_tls(tls, str(certificates)) if certificates else []
            server = Redis(Process(command, folder), port)
            server.tls_port = tls
            try:
                server.start()
                yield server
            finally:
                server.kill()


class Containers:
    """Containers of the images that docker-compose.yml names."""

    def describe(self) -> str:
        """For the header of a test run."""
        return f"containers of {RABBITMQ_IMAGE} and {REDIS_IMAGE}"

    @contextlib.contextmanager
    def rabbitmq(self, certificates: Path | None = None) -> Iterator[RabbitMQ]:
        """A broker with its management API."""
        port, tls, management = free_ports(3)
        ports = {5672: port, 5671: tls, 15672: management}
        files = {}
        if certificates:
            (certificates / "tls.conf").write_text(_rabbitmq_tls("5671", "/tls"))
            files = {certificates: "/tls", certificates / "tls.conf": "/etc/rabbitmq/conf.d/90-tls.conf"}
        guest = {"RABBITMQ_DEFAULT_USER": "guest", "RABBITMQ_DEFAULT_PASS": "guest"}
        host = Container(RABBITMQ_IMAGE, ports, files=files, **guest)
        try:
            server = RabbitMQ(host, port, management, "rabbitmqctl")
            server.tls_port = tls
            server.start()
            yield server
        finally:
            host.remove()

    @contextlib.contextmanager
    def redis(self, certificates: Path | None = None) -> Iterator[Redis]:
        """A server that writes to disk before it answers."""
        port, tls = free_ports(2)
        command = [*REDIS_COMMAND, *(_redis_tls(6380, "/tls") if certificates else [])]
        files = {certificates: "/tls"} if certificates else {}
        host = Container(REDIS_IMAGE, {6379: port, 6380: tls}, command, files)
        try:
            server = Redis(host, port)
            server.tls_port = tls
            server.start()
            yield server
        finally:
            host.remove()


Backend = Processes | Containers


def _rabbitmq_tls(listener: str, folder: str) -> str:
    """Lines of its configuration. It looks at a client's certificate, but asks for none."""
    return (
        f"listeners.ssl.1 = {listener}\nssl_options.cacertfile = {folder}/ca.crt\n"
        f"ssl_options.certfile = {folder}/server.crt\nssl_options.keyfile = {folder}/server.key\n"
        "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = false\n"
    )


def _redis_tls(port: int, folder: str) -> list[str]:
    """The same for Redis."""
    files = {"ca-cert-file": "ca.crt", "cert-file": "server.crt", "key-file": "server.key"}
    options = {"port": str(port), "auth-clients": "optional"} | {
        name: f"{folder}/{file}" for name, file in files.items()
    }
    return [word for name, value in options.items() for word in (f"--tls-{name}", value)]


@contextlib.contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A database server: a container where its image is at hand, else a private process; or MissingBackend."""
    (port,) = free_ports(1)
    with contextlib.ExitStack() as ends:
        if images_served(POSTGRES_IMAGE):
            host: Host = Container(POSTGRES_IMAGE, {5432: port}, POSTGRES_HOST_AUTH_METHOD="trust")
            ends.callback(host.remove)
        else:
            host = _cluster(ends.enter_context(_folder("postgresql")), port)
        server = PostgreSQL(host, port)
        ends.callback(server.kill)
        server.start()
        yield server


def _cluster(folder: Path, port: int) -> Process:
    """A server with new data; root lets the user do it that the package has made, since PostgreSQL refuses root."""
    if not (programs := _postgresql_bin()):
        raise MissingBackend(f"PostgreSQL is needed and cannot be had here. Install it: {APT} postgresql")
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user, user)
    init = ["-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    subprocess.run(
        [f"{programs}/initdb", *init],
        cwd=folder,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        check=True,
        capture_output=True,
        timeout=120,
    )
    listen = ["-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]
    return Cluster([f"{programs}/postgres", "-D", str(folder / "data"), *listen], folder, user=user)


def choose(wanted: str | None = None) -> Backend:
    """The backend that TEST_BACKEND asks for: auto (default), docker or process; MissingBackend says how to get one."""
    wanted = wanted or os.environ.get("TEST_BACKEND", "auto")
    candidates: dict[str, list[tuple[Callable[[], bool], type[Backend]]]] = {
        "docker": [(lambda: images_served(RABBITMQ_IMAGE, REDIS_IMAGE, pull=True), Containers)],
        "process": [(lambda: not missing_servers(), Processes)],
    }
    candidates["auto"] = [
        (lambda: images_served(RABBITMQ_IMAGE, REDIS_IMAGE), Containers),
        *candidates["process"],
        *candidates["docker"],
    ]
    if wanted not in candidates:
        raise MissingBackend(f"TEST_BACKEND is {wanted!r}; there are {', '.join(sorted(candidates))}.")
    for served, backend in candidates[wanted]:
        if served():
            return backend()
    raise MissingBackend(
        "RabbitMQ and Redis are needed and cannot be had here. Either start a Docker engine that has or can pull "
        f"{RABBITMQ_IMAGE} and {REDIS_IMAGE}, or install the programs: {APT} rabbitmq-server redis-server"
    )


def images_served(*images: str, pull: bool = False) -> bool:
    """Whether a Docker engine answers and has these images, if need be after pulling them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # where no engine answers, the library leaves sockets open
        try:
            return _has_images(images, pull=pull)
        except (docker.errors.DockerException, OSError):
            return False
        finally:
            gc.collect()


def _has_images(images: tuple[str, ...], *, pull: bool) -> bool:
    with contextlib.closing(docker.from_env(timeout=600 if pull else 10)) as client:
        for image in images:
            try:
                client.images.get(image)
            except docker.errors.ImageNotFound:
                if not pull:
                    return False
                client.images.pull(image)
        return True


def missing_servers() -> list[str]:
    """Debian packages of the servers that are not installed."""
    found = {"rabbitmq-server": _rabbitmq_sbin(), "redis-server": shutil.which("redis-server")}
    return [package for package, program in found.items() if not program]


def chromium() -> str | None:
    """The installed browser, if any."""
    return next((path for name in CHROMIUMS if (path := shutil.which(name))), None)


def missing_packages() -> list[str]:
    """Debian packages that the tests lack on this machine."""
    try:
        choose()
        missing = []
    except MissingBackend:
        missing = missing_servers()
    if not (_postgresql_bin() or images_served(POSTGRES_IMAGE)):
        missing.append("postgresql")
    return [*missing, *([] if chromium() else ["chromium"])]


def _rabbitmq_sbin() -> str | None:
    """The folder of the server's own scripts: those that Debian puts in the path switch to another user."""
    installed = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin"))
    found = shutil.which("rabbitmq-server")
    return str(installed[-1]) if installed else found and str(Path(found).parent)


def _postgresql_bin() -> str | None:
    """The folder of the server's programs, which Debian keeps out of the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which("initdb")
    return found and str(Path(found).parent)


def _node_environment(folder: Path, port: int, dist: int, epmd: int, ctl: int) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
    return inherited | {
        "HOME": str(folder),  # where the node's cookie is
        "RABBITMQ_NODENAME": f"test{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(dist),
        "RABBITMQ_CTL_DIST_PORT_MIN": str(ctl),
        "RABBITMQ_CTL_DIST_PORT_MAX": str(ctl + 20),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "ERL_EPMD_PORT": str(epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_CRASH_DUMP": "/dev/null",
    }


def _end_port_mapper(env: dict[str, str]) -> None:
    """The mapper refuses to end as long as it thinks that the node lives."""
    for _ in range(50):
        answer = subprocess.run(["epmd", "-kill"], env=env, check=False, capture_output=True, timeout=10)
        if b"not allowed" not in answer.stdout + answer.stderr:
            return
        time.sleep(0.1)


@contextlib.contextmanager
def _folder(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f"callcenter-{name}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that nothing listens on."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _answer(port: int, question: bytes, length: int) -> bytes:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.sendall(question)
        return connection.recv(length)
    return b""


if __name__ == "__main__":
    print(*missing_packages())
