"""Tests of the Dockerfiles: what stands there is what the project has."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bot import __version__
from bot.cli.grammar import parser
from bot.messages import Language
from bot.settings import NO_CALLING_HOME, Settings
from bot.wording import speak
from tests.deployment.files import DOCKERFILES, ROOT, compose, instructions, variables

SOVA, OLLAMA = DOCKERFILES
EVERYTHING = [one for file in DOCKERFILES for one in instructions(file)]
COPIED = [name for one in EVERYTHING if one.word == "COPY" and "--from=" not in one.text for name in one.words[:-1]]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _the_one(word: str) -> list[str]:
    (found,) = [one for one in instructions(SOVA) if one.word == word]
    return found.listed


@pytest.mark.parametrize("name", COPIED)
def test_what_is_copied_is_there_and_not_ignored(name: str) -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert (ROOT / name).exists()
    assert f"!{name.removeprefix('./')}" in ignored


def test_everything_else_stays_out_of_the_image() -> None:
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]

    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == {name.removeprefix("./") for name in COPIED}


def test_what_is_started_is_a_command_of_the_project() -> None:
    assert _the_one("ENTRYPOINT")[0] in PROJECT["scripts"]
    assert _the_one("CMD") == ["serve"]
    assert _the_one("HEALTHCHECK") == ["sova", "health"]


def test_every_command_that_a_container_runs_is_one_of_the_program() -> None:
    services = compose()["services"].values()
    sovas = [service for service in services if service["image"].startswith("sova:")]
    commands = [service["command"] for service in sovas] + [_the_one("HEALTHCHECK")[1:]]

    assert len(commands) == 5
    for command in commands:
        assert parser(speak(Language.ENGLISH)).parse_args(command).command == command[0]


def test_the_health_check_of_the_image_is_that_of_the_compose_file() -> None:
    for name in ("sova", "gateway", "worker"):
        assert compose()["services"][name]["healthcheck"]["test"][1:] == _the_one("HEALTHCHECK")


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: Path(file).name)
def test_nobody_is_root(file: Path) -> None:
    users = {one.stage: one.text for one in instructions(file) if one.word == "USER"}

    assert users
    for user in users.values():
        assert int(user.partition(":")[0]) > 0


def test_users_are_those_of_the_compose_file() -> None:
    services = compose()["services"]

    assert services["sova"]["user"] in {one.text for one in instructions(SOVA) if one.word == "USER"}
    assert services["ollama-cpu"]["user"] in {one.text for one in instructions(OLLAMA) if one.word == "USER"}


def test_bases_have_exact_tags() -> None:
    stages = {one.stage for one in EVERYTHING} | {"scratch"}
    bases = [one.words[0] for one in EVERYTHING if one.word == "FROM" and one.words[0] not in stages]

    assert bases
    for base in bases:
        assert fnmatch(base, "*:[0-9]*.[0-9]*.[0-9]*")


def test_the_image_of_ollama_is_named_after_its_version() -> None:
    (base,) = [one.words[0] for one in instructions(OLLAMA) if one.word == "FROM"]

    assert compose()["services"]["ollama-cpu"]["image"].partition(":")[2] == base.partition(":")[2]


def test_the_python_is_one_that_the_project_takes() -> None:
    (tag,) = [one.words[0] for one in instructions(SOVA) if one.word == "FROM" and one.stage == "base"]
    version = tuple(map(int, tag.partition(":")[2].partition("-")[0].split(".")))

    assert version >= tuple(map(int, PROJECT["requires-python"].removeprefix(">=").split(".")))


def test_dependencies_are_the_locked_ones_and_nothing_is_built() -> None:
    installing = [one.text for one in instructions(SOVA) if one.word == "RUN" and "pip install" in one.text]

    assert len(installing) == 2
    assert "--require-hashes -r requirements.lock" in installing[0]
    assert "--only-binary=:all:" in installing[0]
    assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(installing[1].split())


def test_the_environment_is_one_that_sova_knows() -> None:
    given = variables(SOVA, stage="runtime")

    assert {name: given[name] for name in NO_CALLING_HOME} == NO_CALLING_HOME
    assert {name for name in given if name.startswith("SOVA_")} <= set(Settings.variables())


def test_the_folders_of_the_image_are_those_of_the_compose_file() -> None:
    given, service = variables(SOVA, stage="runtime"), compose()["services"]["sova"]
    folders = {name: value for name, value in given.items() if name.endswith("_DIR")}

    assert folders == {name: service["environment"][name] for name in folders}
    assert set(folders.values()) <= {
        volume.split(":")[-2 if volume.endswith(":ro") else -1] for volume in service["volumes"]
    }


def test_the_version_is_the_project_s() -> None:
    labels = " ".join(one.text for one in instructions(SOVA) if one.word == "LABEL")

    assert f'image.version="{__version__}"' in labels
    assert compose()["services"]["sova"]["image"] == f"sova:{__version__}"
    assert PROJECT["version"] == __version__


def test_no_secret_is_baked_in() -> None:
    for one in EVERYTHING:
        if one.word in {"ENV", "ARG", "LABEL"}:
            assert not any(word in one.text.upper() for word in ("TOKEN", "PASSWORD", "SECRET", "API_KEY")), one.text
