import json
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bot import __version__
from bot.monitoring.metrics import Metrics

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
PARTS = re.compile(r"_(bucket|sum|count|created)$")


def _families(metrics: Metrics) -> set[str]:
    return {family.name for family in text_string_to_metric_families(metrics.exposition().decode())}


def _documented() -> set[str]:
    return set(re.findall(r"^\| `(sova_\w+)`", PAGE, flags=re.MULTILINE))


def test_operators_read_about_every_metric_and_about_no_other() -> None:
    ours = {name for name in _families(Metrics()) if name.startswith("sova_")}
    assert {name.removesuffix("_total") for name in _documented()} == ours


def test_every_metric_that_an_alert_names_exists() -> None:
    alerts = PAGE.partition("groups:")[2].partition("```")[0]
    named = {PARTS.sub("", name) for name in re.findall(r"sova_\w+", alerts)}
    assert named
    assert named <= _documented()


def test_every_metric_that_the_dashboard_shows_exists() -> None:
    board = json.loads((ROOT / "deploy" / "grafana-dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    named = {PARTS.sub("", name) for expression in asked for name in re.findall(r"sova_\w+", expression)}
    assert len(named) > 10
    assert named <= _documented()


def test_each_metrics_keeps_its_own_figures() -> None:
    one, other = Metrics(), Metrics()
    one.queue.accepted.labels("slack").inc()
    assert "slack" in one.exposition().decode()
    assert "slack" not in other.exposition().decode()


def test_the_version_is_told_and_no_times_of_creation() -> None:
    told = Metrics().exposition().decode()
    assert f'sova_build_info{{version="{__version__}"}} 1.0' in told
    assert "_created" not in told


def test_what_nobody_has_told_yet_is_no_figure() -> None:
    told = Metrics().exposition().decode()
    assert "sova_index_documents NaN" in told
    assert "sova_queue_waiting NaN" in told
