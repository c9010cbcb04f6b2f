"""A new business: its own name and title, and never over what is there."""

from pathlib import Path

import pytest

from callcenter.business import Profile, load
from callcenter.settings import PROJECT
from services.cli.business.starting import create
from services.cli.program import Failed


def test_name_and_title_are_filled_in(tmp_path: Path) -> None:
    profile = load(create(tmp_path, "city-gym", None, None), "business.yaml", Profile)
    assert (profile.name, profile.title) == ("city-gym", "City Gym")
    assert profile.voice.greeting == "Hi, this is Robin at City Gym."


def test_a_title_is_taken_as_it_is(tmp_path: Path) -> None:
    assert load(create(tmp_path, "gym", "Joe's Gym & Spa", None), "business.yaml", Profile).title == "Joe's Gym & Spa"


def test_it_can_begin_with_a_business_that_is_there(tmp_path: Path) -> None:
    folder = create(tmp_path, "shop", "Fir & Oak", PROJECT / "businesses" / "retail")
    profile = load(folder, "business.yaml", Profile)
    assert (profile.name, profile.title) == ("shop", "Fir & Oak")
    assert not [file for file in folder.iterdir() if "Harbor & Pine" in file.read_text()]


@pytest.mark.parametrize("name", ["", "Gym", "1gym", "city gym", "../gym", "gym/", "g", "x" * 41, "café"])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Failed, match="cannot be a name") as refusal:
        create(tmp_path / "businesses", name, None, None)
    assert refusal.value.code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ['The "Gym"', "Gym: North", "Gym # 1", "{gym}", "Gym\nNorth"])
def test_a_title_that_would_break_a_file_is_refused(tmp_path: Path, title: str) -> None:
    with pytest.raises(Failed, match="cannot be a title"):
        create(tmp_path, "gym", title, None)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "gym").mkdir()
    (tmp_path / "gym" / "notes.txt").write_text("mine")
    with pytest.raises(Failed, match="is there already"):
        create(tmp_path, "gym", None, None)
    assert [file.name for file in (tmp_path / "gym").iterdir()] == ["notes.txt"]
