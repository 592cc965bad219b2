"""Whatever a person reads at a terminal is there in Norwegian and in English, with the same facts, by one choice."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

from domain.language import Language, Text
from tilbake import cli
from tilbake.commands.argparse_words import NORWEGIAN, argparse_in
from tilbake.errors import CannotStart
from tilbake.language import SETTING, said, spoken
from tilbake.settings import Settings, SettingsInvalid

pytestmark = pytest.mark.unit
ROOT = Path(__file__).parent.parent.parent
ROOMS = (
    "activities", "api", "application", "domain", "exports", "files", "imports", "messaging", "scripts", "sending", "store", "telemetry",
    "tilbake", "workflows",
)  # fmt: skip
FACT = re.compile(r"TILBAKE_\w+|https?://\S+|(?:docs|scripts|samples|tests)/[\w./-]+|(?<![\w»])--?[a-z][\w-]*|\d+")
OF_PROGRAMMERS = frozenset({
    ".__call__() not defined", "'required' is an invalid argument for positionals", "mutually exclusive arguments must be optional",
    "%r is not callable", "cannot merge actions - two groups are named %r", "dest= is required for options like %r",
    "invalid option string %(option)r: must start with a character %(prefix_chars)r", "invalid conflict_resolution value: %r",
    "cannot have multiple subparser arguments", "conflicting subparser: %s", "conflicting subparser alias: %s",
    'argument "-" with mode %r', "conflicting option string: %s", "conflicting option strings: %s",
})  # fmt: skip
"""What argparse says to who declares a command wrongly: nobody who calls it reads that."""


def texts() -> Iterator[tuple[str, Text]]:
    """Every sentence in both languages that stands in the sources, and where."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in {"Text", "Advice"}
                ):
                    given = [*node.args, *(more.value for more in node.keywords)]
                    words = [str(one.value) for one in given if isinstance(one, ast.Constant)]
                    if len(words) == 2:
                        yield f"{file.relative_to(ROOT)}:{node.lineno}", Text(*words)


def facts(sentence: str) -> set[str]:
    """What stands in braces, and figures, settings, options, links and places besides; a fact of one language ends with its code."""
    named = {re.sub("_(nb|en)$", "", name) for _, name, _, _ in Formatter().parse(sentence) if name is not None}
    return named | set(FACT.findall(sentence))


def test_every_text_says_the_same_facts_in_both_languages() -> None:
    found = dict(texts())

    assert len(found) > 1000
    assert [where for where, text in found.items() if not text.nb.strip() or not text.en.strip()] == []
    assert [where for where, text in found.items() if facts(text.nb) != facts(text.en)] == []


@pytest.mark.parametrize(
    ("env", "language"),
    [
        ({}, Language.EN),
        ({"LANG": "nb_NO.UTF-8"}, Language.NB),
        ({"LANG": "nn_NO"}, Language.NB),
        ({"LC_MESSAGES": "no_NO"}, Language.NB),
        ({"LC_ALL": "C", "LANG": "nb_NO.UTF-8"}, Language.EN),
        ({"LC_ALL": "", "LC_MESSAGES": "nb_NO", "LANG": "en_US"}, Language.NB),
        ({"LANG": "de_DE.UTF-8"}, Language.EN),
        ({SETTING: "nb", "LC_ALL": "en_US.UTF-8"}, Language.NB),
        ({SETTING: "EN", "LANG": "nb_NO"}, Language.EN),
        ({SETTING: " ", "LANG": "nb_NO"}, Language.NB),
        ({SETTING: "nn", "LANG": "en_US"}, Language.NB),
        ({SETTING: " NO ", "LANG": "C"}, Language.NB),
        ({SETTING: "norsk", "LANG": "nb_NO"}, Language.NB),
    ],
)
def test_the_setting_chooses_then_the_environment_then_english(env: Mapping[str, str], language: Language) -> None:
    assert spoken(env) is language


def test_the_settings_have_the_language_that_is_spoken() -> None:
    assert Settings.from_environment({"LANG": "nb_NO.UTF-8"}).language == "nb"
    assert Settings.from_environment({"LANG": "nb_NO.UTF-8", SETTING: "en"}).language == "en"
    assert Settings.from_environment({}).language == "en"
    assert Settings.from_environment({SETTING: "nn"}).language == "nb"
    assert Settings.from_environment({SETTING: "NO"}).language == "nb"


@pytest.mark.parametrize(
    ("spoken_now", "sentence"),
    [
        ("C", f"{SETTING} must be nb or en (må være nb eller en), not 'de'."),
        ("nb_NO", f"{SETTING} må være nb eller en (must be nb or en), ikke 'de'."),
    ],
)
def test_a_language_that_is_none_of_ours_is_refused_in_both(
    spoken_now: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", spoken_now)
    monkeypatch.delenv(SETTING, raising=False)

    with pytest.raises(SettingsInvalid) as refused:
        Settings.from_environment({SETTING: "de"})

    assert str(refused.value) == sentence


def words_of_argparse() -> set[str]:
    """All sentences that the argparse of this Python looks up."""
    calls = [
        node
        for node in ast.walk(ast.parse(Path(argparse.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    looked_up = [node for node in calls if isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}]
    return {str(one.value) for node in looked_up for one in node.args if isinstance(one, ast.Constant)}


def test_every_word_of_argparse_is_known_in_norwegian() -> None:
    assert words_of_argparse() - OF_PROGRAMMERS <= NORWEGIAN.keys()


@pytest.mark.parametrize("words", NORWEGIAN)
def test_a_word_of_argparse_keeps_its_facts(words: str) -> None:
    assert sorted(re.findall(r"%\(?\w+\)?\w?", words)) == sorted(re.findall(r"%\(?\w+\)?\w?", NORWEGIAN[words]))


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield from parsers(one)


def declared(language: Language, monkeypatch: pytest.MonkeyPatch) -> dict[str, argparse.ArgumentParser]:
    monkeypatch.setenv(SETTING, language)
    with argparse_in(language):
        return {one.prog: one for one in parsers(cli.parser([]))}


def helps(parser: argparse.ArgumentParser) -> list[str]:
    """All that a parser says of itself and its arguments."""
    own = [parser.description, parser.epilog]
    listed = [one.help for action in parser._actions for one in [action, *getattr(action, "_choices_actions", ())]]
    return [one for one in [*own, *listed] if one is not None]


def test_the_help_of_every_command_is_norwegian_to_its_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    english, norwegian = (declared(language, monkeypatch) for language in (Language.EN, Language.NB))

    assert english.keys() == norwegian.keys()
    assert {f"tilbake {name}" for name in cli.COMMANDS} < norwegian.keys()
    for prog, parser in norwegian.items():
        assert len(helps(parser)) == len(helps(english[prog]))
        assert set(helps(parser)) & set(helps(english[prog])) == set()
        with argparse_in(Language.NB):
            printed = parser.format_help()
        left = [
            words for words in words_of_argparse() if len(words) > 4 and "%" not in words and words.strip() in printed
        ]
        assert left == []


def test_a_command_that_is_written_wrongly_is_told_in_norwegian(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SETTING, "nb")

    with pytest.raises(SystemExit) as end:
        cli.main(["import", "harvest", "--currency", "kroner"])

    assert end.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("bruk: tilbake import harvest ")
    assert told.endswith("feil: argumentet --currency: må være en kode i ISO 4217, ikke kroner\n")


def test_argparse_speaks_english_again_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    with argparse_in(Language.NB):
        pass

    with pytest.raises(SystemExit):
        cli.main(["token"])

    assert capsys.readouterr().err.endswith("tilbake token: error: the following arguments are required: PERSON\n")


@pytest.mark.parametrize(
    ("words", "env", "told"),
    [
        (["migrate"], {}, "TILBAKE_DATABASE_URL mangler; den innebygde Postgres migreres av scripts/tilbake start.\n"),
        (["keys", "use", "ring"], {}, "Si hvilken nøkkel som skal kryptere: scripts/tilbake keys use FIL ID; keys list viser id-ene.\n"),
        (["doctor"], {"TILBAKE_API_PORT": "high"}, "TILBAKE_API_PORT må være et tall fra 1 til 65535, ikke 'high'.\n"),
        (["backup", "there"], {"TILBAKE_DATA_DIR": "/nowhere"}, "Det finnes ingen database i /nowhere ennå; scripts/start lager en.\n"),
    ],
)  # fmt: skip
def test_a_refusal_speaks_norwegian_with_the_exit_code_it_has(
    words: list[str],
    env: Mapping[str, str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in {SETTING: "nb", **env}.items():
        monkeypatch.setenv(name, value)

    assert cli.main(words) == 1
    assert capsys.readouterr().err == told


def test_a_setting_that_cannot_be_used_is_not_told_to_be_missing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "nb")
    env = {"TILBAKE_MODE": "production", "TILBAKE_OIDC_ISSUER": "ftp://a"}

    with pytest.raises(SettingsInvalid) as refused:
        Settings.from_environment(env)

    assert [line.split()[0] for line in str(refused.value).splitlines()] == ["TILBAKE_OIDC_ISSUER"]


def test_a_sentence_that_was_said_already_is_left_as_it_is() -> None:
    assert str(CannotStart("{not a fact}")) == "{not a fact}"


def test_a_fact_may_be_called_as_the_text_is() -> None:
    assert said(Text("{text}", "{text}"), text="a {b}") == "a {b}"
