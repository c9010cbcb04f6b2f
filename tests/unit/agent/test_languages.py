"""What a language brings along is whole, and somebody in danger is told a line of their own country."""

from pathlib import Path

import pytest
import yaml
from phonenumbers import SUPPORTED_REGIONS
from pydantic import ValidationError

from callcenter.business import Holidays, Profile, Sheet, folders, load
from callcenter.errors import BusinessError
from services.agent.hearing.cues import Cues
from services.agent.languages import HelpLines, help_lines, speech_acts
from services.agent.phrasebook import Phrasebook
from services.agent.settings import AgentSettings
from services.agent.understanding.speech_acts import ACTS

SETTINGS = AgentSettings()
FOLDER = SETTINGS.languages_dir
LINES = yaml.safe_load((FOLDER / "help_lines.yaml").read_text("utf-8"))
PROFILE = load(folders(SETTINGS.businesses_dir)["retail"], "business.yaml", Profile)


def of(country: str | None, **lines: str) -> HelpLines:
    where = {"holidays": Holidays(country=country), "help_lines": lines}
    return help_lines(FOLDER, PROFILE.model_copy(update=where))


@pytest.mark.parametrize("country", LINES)
def test_each_country_is_two_letters_and_has_both_lines(country: object):
    assert isinstance(country, str), "an unquoted NO is no text in YAML"
    assert country in SUPPORTED_REGIONS
    lines = HelpLines.model_validate(LINES[country])
    assert lines.model_fields_set == {"emergency", "crisis"}
    assert any(letter.isdigit() for letter in lines.emergency)
    assert any(letter.isdigit() for letter in lines.crisis)


def test_the_lines_are_those_of_the_country():
    assert of("US") == HelpLines(emergency="911", crisis="988, the Suicide & Crisis Lifeline")
    assert of("GB") == HelpLines(emergency="999", crisis="Samaritans on 116 123")


@pytest.mark.parametrize("country", ["JP", None])
def test_elsewhere_words_are_said_that_hold_everywhere(country: str | None):
    assert of(country) == HelpLines()
    assert "local emergency number" in of(country).emergency


def test_a_line_of_the_business_goes_before_that_of_the_country():
    assert of("US", crisis="our chaplain on 555") == HelpLines(emergency="911", crisis="our chaplain on 555")


def test_an_unknown_kind_of_line_is_refused(tmp_path: Path):
    (tmp_path / "help_lines.yaml").write_text('US: {police: "911"}\n')
    with pytest.raises(ValidationError, match=r"US\.police"):
        help_lines(tmp_path, PROFILE)


@pytest.mark.parametrize("business", folders(SETTINGS.businesses_dir))
def test_each_business_that_is_shipped_has_lines_with_numbers(business: str):
    lines = help_lines(FOLDER, load(folders(SETTINGS.businesses_dir)[business], "business.yaml", Profile))
    assert "911" in lines.emergency
    assert "988" in lines.crisis


def test_each_act_has_sentences_to_learn_it_from():
    acts = speech_acts(FOLDER).acts
    few = {act: number for act in ACTS if (number := sum(act in said for said in acts)) < 20}
    assert few == {}


@pytest.mark.parametrize(
    ("model", "was", "becomes", "told"),
    [
        (Phrasebook, "offer:", "ofer:", r"phrasebook\.yaml, line \d+: offer: is missing"),
        (
            Phrasebook,
            "offer:",
            "ofer:",
            r"line \d+: ofer: there is no such key here; did you mean offer",
        ),
        (Phrasebook, "  fraud:", "  frauds:", r"emergency > fraud: is missing"),
        (Phrasebook, "To sum up, {what}.", "To sum up.", r"confirm > no\. 1: .*must name \{what\}"),
        (Phrasebook, "help with {about}", "help with {abuot}", r"calm > .*must name \{about\}"),
        (Cues, "no_hurry:", "no_hury:", r"cues\.yaml, line \d+: no_hurry: is missing"),
        (Cues, "'fed up'", "'fed (up'", r"mood > no\. 1 > words > .*is no regular expression"),
    ],
)
def test_a_mistake_in_a_language_is_told_with_its_file_and_key(
    tmp_path: Path, model: type[Sheet], was: str, becomes: str, told: str
):
    file = f"{model.__name__.lower()}.yaml"
    text = (FOLDER / "en" / file).read_text("utf-8")
    assert was in text
    (tmp_path / file).write_text(text.replace(was, becomes), "utf-8")
    with pytest.raises(BusinessError, match=told):
        load(tmp_path, file, model)
