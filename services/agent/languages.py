"""What the agent brings along for a language, read from its folder: what it hears by, what it says, where help is."""

from pathlib import Path

import yaml
from pydantic import TypeAdapter

from callcenter.business import Profile, Sheet, alternatives, load
from callcenter.errors import BusinessError
from services.agent.hearing import LanguagePack
from services.agent.hearing.assent import Assent, Replies
from services.agent.hearing.cues import Cues
from services.agent.hearing.pointing import Pointing
from services.agent.hearing.pointing import Words as PointingWords
from services.agent.hearing.several import Several
from services.agent.hearing.several import Words as SeveralWords
from services.agent.phrasebook import Phrasebook
from services.agent.understanding.choice import Engines
from services.agent.understanding.speech_acts import ACTS
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


class Language(Sheet):
    """`language.yaml`: `known_to_models` tells whether sentence encoder and spelling dictionary know the language.

    Where they do not, sentences are understood by their words alone, and slips are not mended.
    """

    title: str
    known_to_models: bool


def language(folder: Path, code: str) -> Language:
    """What kind of pack it is."""
    return load(folder / code, "language.yaml", Language)


def pack(folder: Path, code: str, engines: Engines) -> LanguagePack:
    """All of a language; raises BusinessError naming what is missing or wrong in which file."""
    known = language(folder, code).known_to_models
    return LanguagePack(
        engines.listening(speech_acts(folder, code), by_meaning=known),
        assent(folder, code),
        load(folder / code, "cues.yaml", Cues),
        load(folder / code, "phrasebook.yaml", Phrasebook),
        several(folder, code),
        pointing(folder, code),
    )


def check_languages(folder: Path, profile: Profile) -> None:
    """Raises BusinessError where a business names a language that the agent brings nothing along for."""
    known = [path.parent.name for path in folder.glob("*/language.yaml")]
    for code in profile.languages:
        if code not in known:
            raise BusinessError(
                f"{profile.name}/business.yaml: languages: nothing is known of {code!r}; {alternatives(code, known)}."
                f" Take it out, or add the folder {folder.name}/{code}."
            )
    if not profile.languages:
        raise BusinessError(f"{profile.name}/business.yaml: languages: name one at least, like [en].")


def assent(folder: Path, code: str = "en") -> Assent:
    """What a plain yes is in a language."""
    return Assent(load(folder / code, "replies.yaml", Replies), mending=language(folder, code).known_to_models)


def several(folder: Path, code: str = "en") -> Several:
    """How several things are named in a language."""
    return Several(load(folder / code, "several.yaml", SeveralWords))


def pointing(folder: Path, code: str = "en") -> Pointing:
    """How one thing of an account is pointed at in a language."""
    words = load(folder / code, "several.yaml", SeveralWords)
    return Pointing(load(folder / code, "pointing.yaml", PointingWords), words.places, words.without, words.joins)


def speech_acts(folder: Path, code: str = "en") -> Labelled:
    """The labelled sentences of a language; raises BusinessError where there is none for an act."""
    labelled = Labelled.read(*sorted((folder / code / "speech_acts").glob("*.tsv")))
    if lacking := [act for act in ACTS if not any(act in acts for acts in labelled.acts)]:
        raise BusinessError(f"{folder.name}/{code}/speech_acts: there is no sentence for {', '.join(lacking)}.")
    return labelled
