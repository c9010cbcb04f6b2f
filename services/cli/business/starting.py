"""`callcenter business new`: a small business that works, to be changed into somebody's own."""

import re
import shutil
from pathlib import Path

from services.cli.program import USAGE, Failed

TEMPLATE = Path(__file__).parent / "template"
NAME = re.compile(r"[a-z][a-z0-9_-]{1,39}")
MARKS = set('"\\{}[]:#')
"""What has a meaning of its own in YAML, or in our sentences."""


def create(root: Path, name: str, title: str | None, source: Path | None) -> Path:
    """The new folder, with name and title filled in; raises Failed where the name is taken or cannot be one."""
    if not NAME.fullmatch(name):
        raise Failed(
            f"{name!r} cannot be a name: use 2 to 40 lower-case letters, digits, - and _, like city-gym.", USAGE
        )
    title = title or name.replace("-", " ").replace("_", " ").title()
    if not title.isprintable() or set(title) & MARKS:
        raise Failed(f"{title!r} cannot be a title: leave out the characters {' '.join(sorted(MARKS))}", USAGE)
    folder = root / name
    if folder.exists():
        raise Failed(f"{folder} is there already. Choose another name, or remove it first.", USAGE)
    template = source or TEMPLATE
    try:
        shutil.copytree(
            template, folder, ignore=lambda _, files: [file for file in files if not file.endswith(".yaml")]
        )
        _rename(folder, name, title)
    except OSError as error:
        raise Failed(f"Cannot write {folder}: {error.strerror or error}.", USAGE) from None
    return folder


def _rename(folder: Path, name: str, title: str) -> None:
    """Write name and title into `business.yaml`, and the title wherever the sentences have the old one."""
    profile = folder / "business.yaml"
    (old,) = re.findall(r"^title:\s*(.+?)\s*(?:#.*)?$", profile.read_text(encoding="utf-8"), re.MULTILINE)
    for file in folder.glob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace(old.strip("\"'"), title)
        if file == profile:
            text = re.sub(r"^name:.*$", f"name: {name}", text, count=1, flags=re.MULTILINE)
            text = re.sub(r"^title:.*$", f'title: "{title}"', text, count=1, flags=re.MULTILINE)
        file.write_text(text, encoding="utf-8")
