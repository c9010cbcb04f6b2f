"""What the agent brings along for a language: sentences that it learnt speech acts from, and where there is help."""

from pathlib import Path

import yaml
from pydantic import TypeAdapter

from callcenter.business import Profile, Sheet, load
from services.agent.hearing.assent import Assent, Replies
from services.agent.hearing.several import Several, Words
from services.agent.understanding.speech_training import Labelled


class HelpLines(Sheet):
    """Whom somebody in danger can reach at any hour: as it is said to them, `911`."""

    emergency: str = "your local emergency number"
    crisis: str = "a crisis line near you (findahelpline.com lists them)"


def help_lines(folder: Path, profile: Profile) -> HelpLines:
    """Those of the business, else those of its country, else words that hold everywhere."""
    known = TypeAdapter(dict[str, HelpLines]).validate_python(
        yaml.safe_load((folder / "help_lines.yaml").read_text("utf-8"))
    )
    usual = known.get(profile.holidays.country or "", HelpLines())
    return HelpLines.model_validate(usual.model_dump() | profile.help_lines)


def assent(folder: Path, language: str = "en") -> Assent:
    """What a plain yes is in a language."""
    return Assent(load(folder / language, "replies.yaml", Replies))


def several(folder: Path, language: str = "en") -> Several:
    """How several things are named in a language."""
    return Several(load(folder / language, "several.yaml", Words))


def speech_acts(folder: Path, language: str = "en") -> Labelled:
    """The labelled sentences of a language."""
    return Labelled.read(*sorted((folder / language / "speech_acts").glob("*.tsv")))
