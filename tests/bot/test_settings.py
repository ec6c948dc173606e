import ast
import logging
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

import bot
from bot.cli import main
from bot.errors import BadSetting
from bot.messages import Language
from bot.settings import NO_CALLING_HOME, Settings, child_environment

ROOT = Path(bot.__file__).parents[1]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r"^#([A-Z_]+)=(.*)$", EXAMPLE, flags=re.MULTILINE))
SECRET = "owl-in-the-dark"  # noqa: S105 - it opens nothing

Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: Patch, tmp_path: Path) -> None:
    """Nothing of the real environment, and no `.env` but the test's own."""
    strange = [name for name in os.environ if name.upper().startswith(("SOVA_", "OLLAMA_", "LC_", "LANG", "XDG_"))]  # noqa: TID251 - to clear it
    for name in strange:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def write_env_file(*lines: str) -> None:
    Path(".env").write_text("\n".join(lines), encoding="utf-8")


# --- .env.example ---------------------------------------------------------------------------------------------


def test_the_example_lists_every_setting_and_nothing_else() -> None:
    assert sorted(SHOWN) == sorted(Settings.variables())


@pytest.mark.skipif(sys.platform != "linux", reason="the example shows Linux's folders")
def test_the_example_shows_every_default(monkeypatch: Patch) -> None:
    monkeypatch.setenv("HOME", "/home/owl")
    settings = Settings()
    defaults = zip(Settings.variables(), (getattr(settings, name) for name in Settings.model_fields), strict=True)
    assert {name: _as_written(value) for name, value in defaults} == SHOWN


def _as_written(value: object) -> str:
    match value:
        case None | frozenset() | tuple():
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case SecretStr():
            return value.get_secret_value()
        case _:
            return str(value).replace("/home/owl", "~")


def test_every_setting_is_explained_above_it() -> None:
    lines = EXAMPLE.splitlines()
    above = {line: lines[number - 1] for number, line in enumerate(lines) if re.match(r"#[A-Z_]+=", line)}
    assert {
        line for line, before in above.items() if not before.startswith("# ") or before.startswith("# ---")
    } == set()


@pytest.mark.skipif(sys.platform != "linux", reason="the example shows Linux's folders")
def test_the_example_uncommented_changes_nothing() -> None:
    write_env_file(*(line.removeprefix("#") if re.match(r"#[A-Z_]+=", line) else line for line in EXAMPLE.splitlines()))
    assert Settings.read() == Settings(_env_file=None)
    assert Settings.unknown_variables() == ()


def _read_in_the_program() -> Iterator[str]:
    for path in (ROOT / "bot").rglob("*.py"):
        if "doctor" in path.parts:
            continue
        owner = "self" if path.name == "settings.py" else "settings"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr=setting) if name == owner:
                    yield setting


def test_every_setting_has_an_effect() -> None:
    read_by_settings_itself = {"ollama_host"}
    assert set(Settings.model_fields) - set(_read_in_the_program()) == read_by_settings_itself


# --- several hosts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "written", "urls"),
    [
        ("auto", "gpu-1, http://gpu-2:1234/ ,", ("http://gpu-1:11434", "http://gpu-2:1234")),
        ("ollama", "gpu-1", ("http://gpu-1:11434",)),
        ("openai", "http://gpu-1:8000/v1,http://gpu-2/v1", ("http://gpu-1:8000/v1", "http://gpu-2/v1")),
        ("openai", "http://proxy/one/v1,http://proxy/two/v1", ("http://proxy/one/v1", "http://proxy/two/v1")),
    ],
)
def test_hosts_are_read_as_a_single_one_is(
    monkeypatch: Patch, engine: str, written: str, urls: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SOVA_ENGINE", engine)
    monkeypatch.setenv("SOVA_ENGINE_URLS", written)
    assert Settings.read().engine_urls == urls


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"SOVA_ENGINE": "embedded"}, "the embedded engine (SOVA_ENGINE) has no hosts"),
        ({"SOVA_OLLAMA_URL": "http://gpu-3"}, "SOVA_OLLAMA_URL is set too; set one of the two"),
        (
            {"SOVA_ENGINE": "openai", "SOVA_OPENAI_BASE_URL": "http://gpu-3/v1"},
            "SOVA_OPENAI_BASE_URL is set too; set one of the two",
        ),
        ({"SOVA_ENGINE_URLS": "http://gpu-1,http://me:secret@gpu-1:80/"}, "a host stands there twice"),
        ({"SOVA_ENGINE": "openai", "SOVA_ENGINE_URLS": "gpu-1"}, "it is not an http:// or https:// address"),
    ],
)
def test_hosts_that_contradict_another_setting_are_refused(
    monkeypatch: Patch, given: dict[str, str], reason: str
) -> None:
    for name, value in {"SOVA_ENGINE_URLS": "http://gpu-1,http://gpu-2", **given}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as caught:
        Settings.read()
    assert (caught.value.name, caught.value.reason) == ("SOVA_ENGINE_URLS", reason)


def test_where_ollama_itself_listens_contradicts_nothing(monkeypatch: Patch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "0.0.0.0")  # noqa: S104  # for Ollama, not for us
    monkeypatch.setenv("SOVA_ENGINE_URLS", "http://gpu-1")
    assert Settings.read().with_other("model", "owl").engine_urls == ("http://gpu-1:80",)


# --- Ollama's address -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("box", "http://box:11434"),
        ("box:1234", "http://box:1234"),
        ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104  # it is asked, not bound
        ("0.0.0.0:1234", "http://127.0.0.1:1234"),
        (":1234", "http://127.0.0.1:1234"),
        ("::1", "http://[::1]:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("[fd00::7]:1234", "http://[fd00::7]:1234"),
        ("[::]:1234", "http://[::1]:1234"),
        ("http://box", "http://box:80"),
        ("https://box", "https://box:443"),
        ("https://box:8443/ollama", "https://box:8443/ollama"),
        ("HTTPS://box/", "https://box:443"),
    ],
)
@pytest.mark.parametrize("variable", ["OLLAMA_HOST", "SOVA_OLLAMA_URL"])
def test_ollamas_address_is_read_as_ollama_reads_it(monkeypatch: Patch, variable: str, host: str, url: str) -> None:
    monkeypatch.setenv(variable, host)
    assert Settings.read().ollama_url == url


def test_sovas_own_variable_wins_over_ollamas(monkeypatch: Patch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "0.0.0.0:1")
    monkeypatch.setenv("SOVA_OLLAMA_URL", "http://box:2")
    assert Settings.read().ollama_url == "http://box:2"


def test_sovas_own_variable_in_the_file_wins_over_ollamas_in_the_environment(monkeypatch: Patch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "0.0.0.0:1")
    write_env_file("SOVA_OLLAMA_URL=http://box:2")
    assert Settings.read().ollama_url == "http://box:2"


def test_a_bad_host_for_ollama_does_not_matter_where_sovas_own_variable_is_set(monkeypatch: Patch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "box:no-port")
    monkeypatch.setenv("SOVA_OLLAMA_URL", "http://box:2")
    assert Settings.read().ollama_url == "http://box:2"


def test_another_programs_variable_of_a_similar_name_is_not_read(monkeypatch: Patch) -> None:
    monkeypatch.setenv("OLLAMA_URL", "http://elsewhere:1")
    monkeypatch.setenv("MODEL", "elsewhere")
    assert Settings.read() == Settings()
    assert Settings.read().model is None


# --- values that can't be used --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OLLAMA_HOST", "box:no-port"),
        ("SOVA_OLLAMA_URL", "ftp://box"),
        ("SOVA_OLLAMA_URL", "http://[::1"),
        ("SOVA_OPENAI_BASE_URL", "box/v1"),
        ("SOVA_OPENAI_BASE_URL", "http:///v1"),
        ("SOVA_HUB_URL", "never"),
        ("SOVA_ENGINE", "steam"),
        ("SOVA_CONTEXT_TOKENS", "many"),
        ("SOVA_CONTEXT_TOKENS", "511"),
        ("SOVA_TEMPERATURE", "2.1"),
        ("SOVA_KEEP_ALIVE", "half an hour"),
        ("SOVA_THINKING", "perhaps"),
        ("SOVA_GPU_LAYERS", "-2"),
        ("SOVA_LOAD_SECONDS", "0"),
        ("SOVA_WAITING_TURNS", "0"),
        ("SOVA_REDIS_PREFIX", "{sova}"),
        ("SOVA_ADMINS", "ana"),
        ("SOVA_LANGUAGE", "de"),
        ("SOVA_LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_its_variable(monkeypatch: Patch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting) as refused:
        Settings.read()
    assert refused.value.name == variable
    assert refused.value.reason
    assert "Value error" not in refused.value.reason


@pytest.mark.parametrize("value", ["0", "-1", "45s", "30m", "1h30m", "0.5h"])
def test_every_way_to_write_a_duration_is_accepted(monkeypatch: Patch, value: str) -> None:
    monkeypatch.setenv("SOVA_KEEP_ALIVE", value)
    assert Settings.read().keep_alive == value


@pytest.mark.parametrize("variable", ["OLLAMA_HOST", "SOVA_OLLAMA_URL", "SOVA_OPENAI_BASE_URL", "SOVA_HUB_URL"])
def test_a_refused_address_is_not_quoted_for_it_may_hold_a_password(monkeypatch: Patch, variable: str) -> None:
    monkeypatch.setenv(variable, f"http://owl:{SECRET}@box:{SECRET}")
    with pytest.raises(BadSetting) as refused:
        Settings.read()
    assert SECRET not in str(refused.value)
    assert _is_silent_about_the_secret(refused.value)


def _is_silent_about_the_secret(error: BaseException) -> bool:
    """Neither the error nor what a traceback shows along with it."""
    shown = [error, error.__cause__, None if error.__suppress_context__ else error.__context__]
    return not any(SECRET in repr(one) + str(one) for one in shown)


def test_a_file_that_is_no_text_is_refused_by_its_name_and_not_quoted() -> None:
    Path(".env").write_bytes(f"SOVA_REDIS_URL=redis://:{SECRET}@box/\xff".encode("latin-1"))
    with pytest.raises(BadSetting) as refused:
        Settings.read()
    assert refused.value.name == ".env"
    assert _is_silent_about_the_secret(refused.value)


def test_a_home_folder_that_does_not_exist_is_refused(monkeypatch: Patch) -> None:
    monkeypatch.setenv("SOVA_STATE_DIR", "~no-such-owl/sova")
    with pytest.raises(BadSetting, match="SOVA_STATE_DIR"):
        Settings.read()


# --- values that can ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", Settings.variables())
def test_an_empty_value_is_not_set(monkeypatch: Patch, variable: str) -> None:
    monkeypatch.setenv(variable, "")
    assert Settings.read() == Settings(_env_file=None)


@pytest.mark.parametrize("written", ["discord:1,slack:@ops", " discord:1 , slack:@ops ,", "slack:@ops,discord:1"])
def test_administrators_stand_in_one_line_with_commas(monkeypatch: Patch, written: str) -> None:
    monkeypatch.setenv("SOVA_ADMINS", written)
    assert Settings.read().admins == {"discord:1", "slack:@ops"}


def test_administrators_can_be_given_as_a_set() -> None:
    assert Settings(admins=frozenset({"discord:1"})).admins == {"discord:1"}


def test_the_environment_comes_before_the_file(monkeypatch: Patch) -> None:
    write_env_file("SOVA_MODEL=from-the-file", "SOVA_THREADS=3")
    monkeypatch.setenv("SOVA_MODEL", "from-the-environment")
    settings = Settings.read()
    assert (settings.model, settings.threads) == ("from-the-environment", 3)


def test_home_is_spelt_out_where_no_shell_does_it(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_env_file("SOVA_STATE_DIR=~/sova", "SOVA_MODEL_FILE=~/owl.gguf")
    settings = Settings.read()
    assert (settings.state_dir, settings.model_file) == (tmp_path / "sova", tmp_path / "owl.gguf")


@pytest.mark.parametrize("written", ["off", "OFF"])
def test_the_hub_can_be_left_out(monkeypatch: Patch, written: str) -> None:
    monkeypatch.setenv("SOVA_HUB_URL", written)
    assert Settings.read().hub_url == ""


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "cs_CZ.UTF-8"}, Language.CZECH),
        ({"LANG": "cs"}, Language.CZECH),
        ({"LANG": "csb_PL"}, Language.ENGLISH),
        ({"LANG": "de_DE.UTF-8"}, Language.ENGLISH),
        ({"LANG": "cs_CZ.UTF-8", "LC_ALL": "C.UTF-8"}, Language.ENGLISH),
        ({"LANG": "C", "LC_MESSAGES": "cs_CZ"}, Language.CZECH),
        ({"LANG": "cs_CZ", "LC_ALL": ""}, Language.CZECH),
        ({"LANG": "cs_CZ", "SOVA_LANGUAGE": "en"}, Language.ENGLISH),
        ({"LANG": "en_GB", "SOVA_LANGUAGE": "cs"}, Language.CZECH),
        ({}, Language.ENGLISH),
    ],
)
def test_sova_speaks_the_systems_language_unless_told(
    monkeypatch: Patch, environment: dict[str, str], language: Language
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings.read().spoken is language


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().model = "other"  # type: ignore[misc]


# --- secrets --------------------------------------------------------------------------------------------------


def _with_secrets(monkeypatch: Patch) -> Settings:
    monkeypatch.setenv("SOVA_REDIS_URL", f"redis://:{SECRET}@box:6379/0")
    monkeypatch.setenv("SOVA_OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("SOVA_OPENAI_BASE_URL", f"http://owl:{SECRET}@box/v1")
    monkeypatch.setenv("SOVA_OLLAMA_URL", f"http://owl:{SECRET}@box")
    monkeypatch.setenv("OLLAMA_HOST", f"owl:{SECRET}@box")
    return Settings.read()


def test_secrets_are_read(monkeypatch: Patch) -> None:
    settings = _with_secrets(monkeypatch)
    assert settings.redis_url
    assert SECRET in settings.redis_url.get_secret_value()
    assert settings.openai_api_key.get_secret_value() == SECRET
    assert SECRET in settings.ollama_url


def test_secrets_appear_in_no_text_about_the_settings(monkeypatch: Patch, caplog: pytest.LogCaptureFixture) -> None:
    settings = _with_secrets(monkeypatch)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("settings").info("%s %r", settings, settings)
    assert SECRET not in caplog.text + str(settings) + repr(settings) + f"{settings}"


def test_programs_that_sova_starts_get_none_of_its_settings(monkeypatch: Patch) -> None:
    _with_secrets(monkeypatch)
    monkeypatch.delenv("OLLAMA_HOST")
    monkeypatch.setenv("OWL", "yes")
    environment = child_environment()
    assert environment["OWL"] == "yes"
    assert SECRET not in str(environment)


@pytest.mark.parametrize("name", ["ORT_DISABLE_TELEMETRY", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"])
@pytest.mark.parametrize("given", [None, "0"])
def test_libraries_in_child_processes_are_told_to_call_nobody(name: str, given: str | None, monkeypatch: Patch) -> None:
    if given:
        monkeypatch.setenv(name, given)
    assert child_environment()[name] == "1"


def test_the_command_tells_the_libraries_of_its_own_process_too(monkeypatch: Patch) -> None:
    for name in NO_CALLING_HOME:
        monkeypatch.setenv(name, "0")
    with pytest.raises(SystemExit):
        main(["--version"])
    assert {name: os.environ[name] for name in NO_CALLING_HOME} == NO_CALLING_HOME  # noqa: TID251 - what they read


@pytest.mark.parametrize("written", ["GPU-Box", "gpu-box, [FD00::7]"])
def test_hosts_are_listed_in_any_case(written: str) -> None:
    assert Settings.model_validate({"allowed_hosts": written}).allowed_hosts <= {"gpu-box", "fd00::7"}


@pytest.mark.parametrize(
    "line", ["SOVA_REDIS_URL=redis://box", "SOVA_OPENAI_API_KEY=key", "sova_redis_url=redis://box"]
)
def test_a_file_with_a_secret_in_it_is_told_from_others(line: str, tmp_path: Path) -> None:
    write_env_file("SOVA_MODEL=owl", line)
    assert Settings.file_with_secrets() == tmp_path / ".env"


def test_a_file_without_secrets_is_nothing_to_guard(monkeypatch: Patch) -> None:
    assert Settings.file_with_secrets() is None
    write_env_file("SOVA_MODEL=owl", "SOVA_REDIS_URL=")
    monkeypatch.setenv("SOVA_OPENAI_API_KEY", SECRET)
    assert Settings.file_with_secrets() is None


# --- variables that nobody reads ------------------------------------------------------------------------------


def test_variables_that_nothing_reads_are_found_in_both_places(monkeypatch: Patch) -> None:
    monkeypatch.setenv("SOVA_MODLE", "owl")
    monkeypatch.setenv("SOVA_MODEL", "owl")
    monkeypatch.setenv("NOT_OURS", "1")
    write_env_file("sova_redis_ulr=redis://box", "OTHER=1", "OLLAMA_HOST=box")
    assert Settings.unknown_variables() == ("SOVA_MODLE", "SOVA_REDIS_ULR")


# --- links ----------------------------------------------------------------------------------------------------


def test_link_hosts_are_read_without_regard_to_case_and_space(monkeypatch: Patch) -> None:
    monkeypatch.setenv("SOVA_LINK_HOSTS", "Wiki.example.org, *.example.net,")
    assert Settings.read().link_hosts == {"wiki.example.org", "*.example.net"}


@pytest.mark.parametrize(
    "value", ["*", "*.", "https://wiki.example.org", "wiki.example.org/x", "a@b", "w*.org", "org.", "příklad.cz"]
)
def test_what_is_no_host_may_not_be_linked_to(monkeypatch: Patch, value: str) -> None:
    monkeypatch.setenv("SOVA_LINK_HOSTS", value)
    with pytest.raises(BadSetting, match="SOVA_LINK_HOSTS"):
        Settings.read()


@pytest.mark.parametrize("platform", ["discord", "slack"])
def test_a_proxy_to_a_platform_is_a_web_address_whose_password_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    name, field = f"SOVA_{platform.upper()}_PROXY", f"{platform}_proxy"
    monkeypatch.setenv(name, "http://sova:hush@proxy.lan:3128")
    settings = Settings.read()
    assert getattr(settings, field) == "http://sova:hush@proxy.lan:3128"
    assert "hush" not in repr(settings)
    monkeypatch.setenv(name, "socks5://sova:hush@proxy.lan:1080")
    with pytest.raises(BadSetting) as refused:
        Settings.read()
    assert refused.value.name == name
    assert "hush" not in str(refused.value)
    monkeypatch.setenv(name, "")
    assert getattr(Settings.read(), field) is None


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SOVA_SLACK_BOT_TOKEN", "xapp-1-hush", "xoxb-"),
        ("SOVA_SLACK_BOT_TOKEN", "xoxp-hush", "xoxb-"),
        ("SOVA_SLACK_APP_TOKEN", "xoxb-hush", "xapp-"),
    ],
)
def test_slack_s_tokens_are_not_mixed_up(monkeypatch: Patch, name: str, value: str, told: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=told) as refused:
        Settings.read()
    assert refused.value.name == name
    assert "hush" not in str(refused.value)


def test_what_is_kept_warm_must_be_kept_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOVA_KEEP_WARM", "owl:7b, lark:3b,")
    assert Settings.read().keep_warm == ("owl:7b", "lark:3b")
    monkeypatch.setenv("SOVA_KEEP_ALIVE", "0")
    with pytest.raises(BadSetting) as caught:
        Settings.read()
    assert caught.value.name == "SOVA_KEEP_WARM"
