"""Tests of the systemd units: complete, hardened, and patient enough for an answer to end."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.grammar import parser
from bot.messages import Language
from bot.settings import Settings
from bot.wording import speak
from tests.deployment.files import UNITS, seconds, unit

HARDENING = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "RestrictSUIDSGID": "yes",
}
SYSTEMD = shutil.which("systemd-analyze")

each_unit = pytest.mark.parametrize("file", UNITS, ids=lambda file: Path(file).name)


@each_unit
def test_a_unit_gives_up_what_it_does_not_need(file: Path) -> None:
    settings = unit(file)

    assert {name: settings[name][-1] for name in HARDENING} == HARDENING
    assert settings["User"] == ["sova"]


@each_unit
def test_a_unit_lets_answers_end(file: Path) -> None:
    settings = unit(file)

    assert seconds(settings["TimeoutStopSec"][-1]) >= Settings.model_fields["drain_seconds"].default + 15
    assert settings["KillMode"] == ["mixed"]


@each_unit
def test_a_unit_starts_sova_again_unless_a_setting_is_wrong(file: Path) -> None:
    settings = unit(file)

    assert settings["Restart"] == ["on-failure"]
    assert settings["RestartPreventExitStatus"] == ["2"]
    assert {"StartLimitIntervalSec", "StartLimitBurst"} <= settings.keys()


@each_unit
def test_a_unit_lets_documents_be_read_in_a_network_of_their_own(file: Path) -> None:
    settings = unit(file)

    assert set(settings["RestrictNamespaces"][-1].split()) == {"user", "net"}
    assert "@system-service" in settings["SystemCallFilter"]


@each_unit
def test_a_unit_sets_only_what_sova_reads(file: Path) -> None:
    given = dict(pair.split("=", 1) for value in unit(file)["Environment"] for pair in value.split())

    assert given.keys() <= set(Settings.variables())
    assert given["SOVA_STATE_DIR"] == f"/var/lib/{unit(file)['StateDirectory'][0]}"
    assert given["SOVA_CACHE_DIR"] == f"/var/cache/{unit(file)['CacheDirectory'][0]}"


def test_both_units_differ_only_in_what_they_start() -> None:
    service, worker = map(unit, UNITS)

    differing = {name for name in service if service[name] != worker[name]}

    assert differing == {"Description", "ExecStart", "Environment"}
    assert service.keys() == worker.keys()
    assert [*service["Environment"], "SOVA_METRICS_PORT=947%i"] == worker["Environment"]


def test_both_units_start_a_command_of_the_program() -> None:
    for file in UNITS:
        command = unit(file)["ExecStart"][0].split()[1:]
        assert parser(speak(Language.ENGLISH)).parse_args(command).command == command[0]


@pytest.mark.skipif(SYSTEMD is None, reason="there is no systemd here")
@each_unit
def test_systemd_finds_no_fault_in_a_unit(file: Path, tmp_path: Path) -> None:
    program = unit(file)["ExecStart"][0].split()[0]
    copy = tmp_path / file.name.replace("@", "@1")
    copy.write_text(file.read_text().replace(program, sys.executable))  # systemd looks whether the program is there

    done = subprocess.run([str(SYSTEMD), "verify", str(copy)], capture_output=True, text=True, timeout=30, check=False)

    assert (done.returncode, done.stderr) == (0, "")
