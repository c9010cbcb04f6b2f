"""The rules of the house that a program can check."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for folder in ("callcenter", "services", "simulation") for path in (ROOT / folder).rglob("*.py"))
MODULES = sorted({*SOURCES, *(ROOT / "tests").rglob("*.py")})
SERVICES = ["intake", "agent", "policy", "ticketing", "summary"]
EXEMPT = ("services/__main__", "services/cli")
"""What brings all services together, and the operator's tool: no other service imports either of them."""

HOMES = {
    "aio_pika": ("callcenter/messaging/rabbitmq",),
    "aiormq": ("callcenter/messaging/rabbitmq",),
    "aiosmtpd": ("services/intake/mail/door",),
    "aiosmtplib": ("services/intake/mail/relay",),
    "redis": ("callcenter/storage/server", "callcenter/storage/redis", "callcenter/storage/book/redis"),
    "logging": ("callcenter/telemetry",),
    "structlog": ("callcenter/telemetry",),
    "prometheus_client": ("callcenter/telemetry",),
}
"""The only modules, or packages, that may import a library: what it does is decided in one place."""

BUCKETS = {"utils", "util", "common", "helpers", "models", "types", "misc"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def imports_of(path: Path) -> Iterator[str]:
    """Dotted names of all that a module imports, wherever in the module it does so."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def within(name: str, homes: tuple[str, ...]) -> bool:
    return any(name == f"{home}.py" or name.startswith(f"{home}/") for home in homes)


def each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=name_of)


@each([path for path in SOURCES if name_of(path).startswith("callcenter/")])
def test_the_shared_package_knows_no_service(path: Path) -> None:
    assert not [name for name in imports_of(path) if name.split(".")[0] in ("services", "simulation")]


@each([path for path in SOURCES if name_of(path).startswith("simulation/")])
def test_the_simulated_customer_knows_no_service(path: Path) -> None:
    assert not [name for name in imports_of(path) if name.split(".")[0] == "services"]


@each(
    [path for path in SOURCES if name_of(path).startswith("services/") and not within(name_of(path), ("services/cli",))]
)
def test_no_service_needs_the_simulated_customer(path: Path) -> None:
    assert not [name for name in imports_of(path) if name.split(".")[0] == "simulation"]


@each([path for path in SOURCES if name_of(path).startswith("services/") and not within(name_of(path), EXEMPT)])
def test_a_service_imports_no_sibling(path: Path) -> None:
    own = path.relative_to(ROOT).parts[1]
    imported = [name.split(".") for name in imports_of(path) if name.split(".")[0] == "services"]
    assert not [".".join(name) for name in imported if name[1:2] != [own]]


@each(SOURCES)
def test_a_library_has_one_home(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports_of(path)} & HOMES.keys()
    assert not {library for library in libraries if not within(name_of(path), HOMES[library])}


@each([path for path in SOURCES if name_of(path) != "callcenter/settings.py"])
def test_the_environment_is_read_in_one_place(path: Path) -> None:
    reads = {"environ", "environb", "getenv", "getenvb"}
    named = {f"os.{name}" for name in reads}
    read = [ast.unparse(n) for n in ast.walk(tree_of(path)) if isinstance(n, ast.Attribute) and ast.unparse(n) in named]
    assert not [*read, *(named & set(imports_of(path)))]


@each(SOURCES)
def test_a_module_is_small_and_says_what_it_is(path: Path) -> None:
    lines = path.read_text().count("\n")
    assert lines <= 300, f"{lines} lines: split it by what it does"
    assert ast.get_docstring(tree_of(path)), "open the module with a docstring"


@each(SOURCES)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert not [f"{f.name}: {f.end_lineno - f.lineno + 1}" for f in functions if (f.end_lineno or 0) - f.lineno >= 40]


@each(MODULES)
def test_no_module_is_a_bucket(path: Path) -> None:
    assert not BUCKETS & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("module", ["__init__", "__main__", "settings", "worker"])
def test_every_service_has_the_same_files(service: str, module: str) -> None:
    assert (ROOT / "services" / service / f"{module}.py").is_file()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_with_nothing_but_the_shared_package(service: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "callcenter", tmp_path / "callcenter")
    shutil.copytree(ROOT / "services" / service, tmp_path / "services" / service)
    shutil.copy(ROOT / "services" / "__init__.py", tmp_path / "services")
    imported = subprocess.run(
        [sys.executable, "-c", f"import services.{service} as s; print(s.__file__); s.build"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert imported.returncode == 0, imported.stderr
    assert imported.stdout.startswith(str(tmp_path)), "it came from another place than the copy"


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_a_lock_file_pins_and_hashes_and_names_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--index|--extra-index|--find-links|^\s*#.*(?:/|\\)\w+(?:/|\\)", text, re.MULTILINE)
    pins = [line for line in text.splitlines() if line and line[0].isalnum()]
    assert pins
    assert not [pin for pin in pins if not re.match(r"[a-z0-9.-]+(\[[a-z,-]+\])?==\S+ (; .+ )?\\$", pin)]
    assert text.count("--hash=sha256:") >= len(pins)


def test_the_lock_of_npm_pins_and_hashes_and_names_no_place() -> None:
    packages = json.loads((ROOT / "tests/provider/package-lock.json").read_text())["packages"]
    installed = [packages[name] for name in packages if name]
    assert installed
    assert not [one for one in installed if "resolved" in one or not one["integrity"].startswith("sha512-")]
    assert not [one for one in packages[""]["dependencies"].values() if not one[0].isdigit()]


def test_the_tests_run_what_the_runtime_runs() -> None:
    def pins(lock: str) -> set[str]:
        return {line for line in (ROOT / lock).read_text().splitlines() if "==" in line}

    assert not pins("requirements.lock") - pins("tests/requirements.lock")


_WORDS_OF_ENGLISH = re.compile(r"[a-z']{2,}(?: |\||\\s)[a-z']{2,}|(?:^| )[a-z']{2,} $|^ [a-z']{2,}", re.I)
_FOR_STAFF = {"it was not asked for", "the customer does not have it", "the answer could not be used"}
"""Why a fact is missing, as the record tells it to our own people."""

_NOT_YET_DATA = {"mail.py", "markup.py", "language.py", "llm.py", "form.py"}
"""What mail programs of many languages write, names of HTML, codes of languages, and how a language model is asked."""


def spoken_words(source: str) -> list[str]:
    """Literals with words of a language in them: sentences and parts of them, lists of words, regular expressions."""
    tree = ast.parse(source)
    told = [node for node in ast.walk(tree) if isinstance(node, ast.Expr | ast.Raise)]
    aside = {id(part) for node in told for part in ast.walk(node) if isinstance(node, ast.Raise)}
    aside |= {id(node.value) for node in told if isinstance(node, ast.Expr)}
    literals = [one for one in ast.walk(tree) if isinstance(one, ast.Constant) and id(one) not in aside]
    texts = [one.value for one in literals if isinstance(one.value, str)]
    return [text for text in texts if _WORDS_OF_ENGLISH.search(text) and text not in _FOR_STAFF]


@each([path for room in ("conversation", "hearing") for path in sorted((ROOT / "services/agent" / room).glob("*.py"))])
def test_what_is_said_and_heard_is_data_of_a_language(path: Path) -> None:
    if path.name not in _NOT_YET_DATA:
        assert not spoken_words(path.read_text()), "put it into languages/en, and read it from there"


@pytest.mark.parametrize(
    "code",
    [
        'X = ("All right.",)',
        'X = f"it\'s about {y}"',
        'X = " and ".join(y)',
        'X = "but not if".split()',
        r'X = r"\b(?:no|nope)\b"',
    ],
)
def test_words_in_code_are_noticed(code: str) -> None:
    assert spoken_words(code)
