"""Tests of docker-compose.yml: who may reach whom, what each service may do, and that nothing is lost."""

import re
from typing import Any

import pytest

from bot.settings import PREFIX, Settings
from tests.deployment.files import COMPOSE_FILE, ROOT, compose, seconds

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
ONCE = {"pull", "fetch"}
"""What runs when setting up, and ends."""
LASTING = sorted(SERVICES.keys() - ONCE)
SOVA = {"sova", "gateway", "worker"}
EXACT_TAG = re.compile(r"[\w./-]+:v?\d+\.\d+\.\d+(-[a-z0-9]+)*$")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_can_do_no_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    user = service["user"].partition(":")[0]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert not service.get("privileged")
    assert "no-new-privileges:true" in service["security_opt"]
    assert user.isdecimal()
    assert int(user) > 0
    assert {"mem_limit", "pids_limit", "tmpfs"} <= service.keys()


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_service_can_be_reached_from_outside(name: str) -> None:
    assert SERVICES[name].keys().isdisjoint({"ports", "network_mode", "extra_hosts"})


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_versions_are_exact(name: str) -> None:
    assert EXACT_TAG.fullmatch(SERVICES[name]["image"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_logs_are_turned_over(name: str) -> None:
    assert SERVICES[name]["logging"]["options"].keys() >= {"max-size", "max-file"}


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_looked_after(name: str) -> None:
    service = SERVICES[name]

    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"


def test_engine_index_and_redis_have_no_way_out() -> None:
    networks = compose()["networks"]

    assert networks["inside"]["internal"] is True
    for name in SERVICES.keys() - SOVA - ONCE:
        assert list(SERVICES[name]["networks"]) == ["inside"], name


def test_what_fetches_models_meets_nobody_who_is_asked_anything() -> None:
    for name in ONCE:
        assert list(SERVICES[name]["networks"]) == ["outside"]
        assert SERVICES[name]["profiles"] == ["setup"]
        assert SERVICES[name]["restart"] == "no"


def test_sova_waits_until_its_services_are_healthy() -> None:
    for name in SOVA:
        awaited = SERVICES[name]["depends_on"]
        assert awaited.keys() == {"redis", "qdrant", "ollama-cpu", "ollama-gpu"}
        assert {one["condition"] for one in awaited.values()} == {"service_healthy"}


def test_no_answer_is_cut_off_by_the_end_of_a_container() -> None:
    for name in SOVA:
        assert seconds(SERVICES[name]["stop_grace_period"]) >= Settings.model_fields["drain_seconds"].default + 15


def test_every_fixed_setting_is_one_that_sova_reads() -> None:
    given = {variable for name in SOVA for variable in SERVICES[name]["environment"]}

    assert given <= set(Settings.variables())


def test_what_the_file_itself_is_told_is_no_setting_of_sova() -> None:
    told = set(re.findall(r"\$\{(\w+)", COMPOSE_FILE.read_text()))

    assert {name for name in told if name.startswith(PREFIX)} <= set(Settings.variables())


def test_redis_forgets_nothing() -> None:
    lines = (line.partition(" ") for line in (ROOT / "deploy" / "valkey.conf").read_text().splitlines())
    configuration = {name: value for name, _, value in lines}

    assert configuration["appendonly"] == "yes"
    assert configuration["appendfsync"] == "everysec"
    assert configuration["maxmemory-policy"] == "noeviction"
    assert "redis-data:/data" in SERVICES["redis"]["volumes"]
    assert configuration["dir"] == "/data"


def test_nothing_reports_to_its_maker() -> None:
    assert SERVICES["qdrant"]["environment"]["QDRANT__TELEMETRY_DISABLED"] == "true"
    for name in ("ollama-cpu", "ollama-gpu", "pull"):
        assert SERVICES[name]["environment"]["OLLAMA_NO_CLOUD"] == "1"


def test_what_must_last_is_in_a_named_volume() -> None:
    mounted = {volume.partition(":")[0] for service in SERVICES.values() for volume in service["volumes"]}

    assert compose()["volumes"].keys() <= mounted


def test_mounted_files_are_there_and_read_only() -> None:
    sources = [volume.split(":") for service in SERVICES.values() for volume in service["volumes"] if volume[0] == "."]

    for source, _, mode in sources:
        assert mode == "ro"
        assert (ROOT / source).exists()
