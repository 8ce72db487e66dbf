"""Settings: file, environment and flags, each stronger than the one before."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from summarizer.errors import SettingsError
from summarizer.settings import SETTINGS_FILE, Settings, load_settings, origins


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and an environment that sets nothing."""
    monkeypatch.chdir(tmp_path)
    for variable in list(os.environ):
        if variable.upper().startswith(("SUMMARIZER_", "OPENAI_")):
            monkeypatch.delenv(variable)


def write(text: str) -> None:
    """The settings file of this folder."""
    Path(SETTINGS_FILE).write_text(text, "utf-8")


def sources(settings: Settings, *flags: str) -> dict[str, str]:
    """Where each setting that is no default comes from."""
    found = origins(settings, set(flags))
    return {one.name: one.source for one in found if one.source != "default"}


def refusal(**flags: Any) -> str:
    """The message of the error, which is one sentence and one line."""
    with pytest.raises(SettingsError) as caught:
        load_settings(**flags)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def test_without_anything_all_is_default() -> None:
    """No file, no variable, no flag: the embedded model, and every source is the default."""
    settings = load_settings()
    assert settings == Settings()
    assert settings.model == "embedded"
    assert sources(settings) == {}


def test_a_stronger_source_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """File before default, environment before file, flag before environment."""
    assert load_settings().seed == 7
    write("seed = 1\nmax_retries = 1\nmax_reasks = 1\n")
    assert load_settings().seed == 1
    monkeypatch.setenv("SUMMARIZER_SEED", "2")
    monkeypatch.setenv("SUMMARIZER_MAX_RETRIES", "2")
    assert load_settings().seed == 2
    settings = load_settings(seed=3)
    assert (settings.seed, settings.max_retries, settings.max_reasks) == (3, 2, 1)
    assert sources(settings, "seed") == {
        "seed": "flag",
        "max_retries": "environment SUMMARIZER_MAX_RETRIES",
        "max_reasks": SETTINGS_FILE,
    }


def test_a_flag_that_is_not_given_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """None is no value of a flag, but false and zero are."""
    monkeypatch.setenv("SUMMARIZER_SEED", "2")
    assert load_settings(seed=None, cache=None).seed == 2
    settings = load_settings(seed=0, cache=False)
    assert (settings.seed, settings.cache) == (0, False)


@pytest.mark.parametrize("name", ["base_url", "api_key"])
def test_openai_variables_are_read_and_ones_own_are_stronger(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File, OPENAI_*, SUMMARIZER_*, flag: each stronger than the one before, and so named."""

    def found(*flags: str, **given: str) -> tuple[str, str]:
        settings = load_settings(**given)
        value = getattr(settings, name)
        shown = value.get_secret_value() if isinstance(value, SecretStr) else value
        return shown, sources(settings, *flags)[name]

    write(f'{name} = "http://file"\n')
    assert found() == ("http://file", SETTINGS_FILE)
    monkeypatch.setenv(f"OPENAI_{name.upper()}", "http://openai")
    assert found() == ("http://openai", f"environment OPENAI_{name.upper()}")
    monkeypatch.setenv(f"SUMMARIZER_{name.upper()}", "http://own")
    assert found() == ("http://own", f"environment SUMMARIZER_{name.upper()}")
    assert found(name, **{name: "http://flag"}) == ("http://flag", "flag")


@pytest.mark.parametrize("variable", ["API_KEY", "BASE_URL", "MODEL", "SEED", "OPENAI_MODEL"])
def test_variables_of_other_programs_are_not_read(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key or address that is another program's does not end up at an endpoint."""
    monkeypatch.setenv(variable, "https://other.example")
    monkeypatch.setenv(variable.lower(), "https://other.example")
    assert load_settings() == Settings()
    assert load_settings().base_url == load_settings().api_key.get_secret_value() == ""


@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "SUMMARIZER_API_KEY"])
def test_an_empty_variable_sets_nothing(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is exported empty hides no weaker value."""
    write('api_key = "from-file"\n')
    monkeypatch.setenv(variable, "")
    settings = load_settings()
    assert settings.api_key.get_secret_value() == "from-file"
    assert sources(settings) == {"api_key": SETTINGS_FILE}


@pytest.mark.parametrize("key", ["temprature", "OPENAI_API_KEY", "SUMMARIZER_MODEL", "API_KEY"])
def test_an_unknown_key_of_the_file_is_named(key: str) -> None:
    """A misspelt key, and one that is a variable's name, are errors."""
    write(f'model = "m"\n{key} = "x"\n')
    message = refusal()
    assert message.startswith(f"{SETTINGS_FILE} has an unknown key {key!r}")
    assert "summarizer config" in message


@pytest.mark.parametrize("variable", ["SUMMARIZER_TEMPRATURE", "summarizer_model", "SUMMARIZER_"])
def test_an_unknown_variable_is_named(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt variable of this program is an error."""
    monkeypatch.setenv(variable, "1")
    assert refusal().startswith(f"The environment variable {variable} sets nothing")


def test_an_unknown_flag_is_named() -> None:
    """A flag that is no setting is an error that does not blame the file."""
    message = refusal(nonsense=1)
    assert "'nonsense'" in message
    assert SETTINGS_FILE not in message


BAD = [
    ("temperature", "hot"),
    ("temperature", 3),
    ("max_parallel", -1),
    ("answer_mode", "prose"),
    ("cache", "perhaps"),
    ("max_article_chars", 99),
    ("read_timeout_s", 0),
    ("seed", 1.5),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_named_with_its_source(
    name: str, value: str | float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it stands in the file, the environment or a flag."""
    assert refusal(**{name: value}).startswith(f"The setting {name} (flag) is wrong: ")
    write(f"{name} = {value!r}\n")
    assert refusal().startswith(f"The setting {name} ({SETTINGS_FILE}) is wrong: ")
    monkeypatch.setenv(f"SUMMARIZER_{name.upper()}", str(value))
    message = refusal()
    assert f"{name} (environment SUMMARIZER_{name.upper()}) is wrong: " in message


@pytest.mark.parametrize("text", ["a = b = c", "model = ", "[[[", '"'])
def test_a_file_that_is_no_toml_is_named(text: str) -> None:
    """A file that cannot be read is an error that says how it is written."""
    write(text)
    assert re.match(rf"{SETTINGS_FILE} cannot be read \(.*\): correct it", refusal())


def test_a_file_that_is_no_utf8_is_named() -> None:
    """Bytes that are no UTF-8 are an error of the file too."""
    Path(SETTINGS_FILE).write_bytes(b'model = "\xff"')
    assert refusal().startswith(SETTINGS_FILE)


def test_a_table_where_a_value_belongs_is_named() -> None:
    """A section of the file in place of a setting is a bad value."""
    write('[model]\nname = "m"\n')
    assert refusal().startswith(f"The setting model ({SETTINGS_FILE}) is wrong: ")


def test_a_key_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the list of origins nor any form of the settings shows a secret."""
    secret = "sk-very-secret"
    monkeypatch.setenv("OPENAI_API_KEY", secret)
    settings = load_settings()
    assert settings.api_key.get_secret_value() == secret
    shown = [one.value for one in origins(settings, set()) if one.name == "api_key"]
    assert shown == ["**********"]
    everything = [*origins(settings, set()), settings, settings.model_dump_json()]
    assert secret not in "".join(map(repr, everything))


def test_a_bad_key_is_not_in_the_message() -> None:
    """An error about a key says what is wrong without the key."""
    write('api_key = ["sk-very-secret"]\n')
    assert "sk-very-secret" not in refusal()


def test_origins_list_every_setting() -> None:
    """Each setting is there with its value and what it means."""
    listed = origins(load_settings(seed=5), {"seed"})
    assert [one.name for one in listed] == list(Settings.model_fields)
    assert all(one.description for one in listed)
    assert next(one.value for one in listed if one.name == "seed") == "5"


def test_settings_do_not_change() -> None:
    """Settings are frozen once they are read."""
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().model = "other"  # type: ignore[misc]
