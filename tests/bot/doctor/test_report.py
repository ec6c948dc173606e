"""Holds every finding to its sentences, in both languages, and the report to its form."""

import json
import logging
from pathlib import Path

import pytest

from bot.doctor import Check, Code, Finding, Level, as_json, card_of, examine
from bot.doctor.report import message_of
from bot.errors import (
    BadAccess,
    BadPersona,
    BadScopes,
    BadSetting,
    DiskFull,
    EngineBusy,
    EngineGarbled,
    EngineInterrupted,
    EngineOutside,
    EngineSilent,
    EngineUnreachable,
    HistoryUnavailable,
    IndexUnavailable,
    PlatformTokenRefused,
    PlatformUnreachable,
)
from bot.messages import Language, Notice
from bot.wording import speak
from tests.bot.doctor.patients import healthy

ENGINE_GONE = EngineUnreachable(engine="ollama", url="http://127.0.0.1:11434")
EXAMPLES = [
    Finding.of(Code.PYTHON, version="3.11.7", bits=64),
    Finding.of(Code.PYTHON_OLD, version="3.10.0", needed="3.11"),
    Finding.of(Code.PYTHON_32_BIT, version="3.11.7", bits=32),
    Finding.of(Code.SETTINGS),
    Finding.of(Code.SETTING_UNKNOWN, name="SOVA_MODLE", nearest="SOVA_MODEL"),
    Finding.of(Code.SETTING_UNKNOWN, name="SOVA_XYZZY", nearest="none"),
    Finding.of_error(Code.SETTING_REFUSED, BadSetting(name="SOVA_ENGINE", reason="no such engine")),
    Finding.of(Code.SECRETS_READABLE, path="/srv/.env"),
    *(
        Finding.of(Code.ACCESS, path="/srv/access.toml", platforms=platforms)
        for platforms in ("none", "discord, slack")
    ),
    *(Finding.of(Code.ACCESS_USUAL, admins=admins) for admins in (0, 1, 2, 5)),
    Finding.of_error(Code.ACCESS_BAD, BadAccess(path="/srv/access.toml", reason=Notice("access-not-text"))),
    Finding.of(Code.ACCESS_OPEN, path="/srv/access.toml"),
    Finding.of(Code.ACCESS_UNREAD, path="/srv/access.toml"),
    *(Finding.of(Code.AUDIT, path="/state/audit.jsonl", lines=lines) for lines in (1, 2, 5)),
    *(
        Finding.of(Code.AUDIT_TROUBLE, path="/state/audit.jsonl", reason=reason)
        for reason in ("ENOSPC", "EACCES", "EISDIR")
    ),
    *(Finding.of(Code.AUDIT_GAPS, path="/state/audit.jsonl", missed=missed) for missed in (1, 2, 5)),
    Finding.of(Code.FOLDER, setting="SOVA_STATE_DIR", path="/state", free=12.34),
    *(
        Finding.of(Code.FOLDER_NOT_WRITABLE, setting="SOVA_STATE_DIR", path="/state", reason=reason)
        for reason in ("EACCES", "EROFS", "ENOSPC", "ENOTDIR", "EIO")
    ),
    Finding.of(Code.FOLDER_NOT_PRIVATE, setting="SOVA_STATE_DIR", path="/state"),
    Finding.of(Code.FOLDER_LITTLE_ROOM, setting="SOVA_STATE_DIR", path="/state", free=0.5, needed=2.0),
    Finding.of(Code.MEMORY, free=7.9, vram=0.0, gpus=0),
    Finding.of(Code.MEMORY, free=7.9, vram=22.0, gpus=1),
    Finding.of(Code.MODEL_TOO_LARGE, model="owl:70b", needed=40.3, free=7.9),
    Finding.of(Code.GPU_UNUSED, model="owl:1b", gpu="Owl RTX"),
    *(
        Finding.of(Code.ENGINE, engine="embedded", version=version, url="http://127.0.0.1:1", tried=tried)
        for version in ("1.2", "none")
        for tried in ("127.0.0.1:11434", "none")
    ),
    Finding.of(Code.ENGINE_MISSING, ollama_url="http://127.0.0.1:11434", model="owl"),
    *(
        Finding.of(Code.ENGINE_UNREACHABLE, engine=engine, url="http://127.0.0.1:1")
        for engine in ("ollama", "openai", "embedded")
    ),
    Finding.of(Code.ENGINE_SILENT, engine="auto", seconds=5.0),
    Finding.of_error(Code.ENGINE_TROUBLE, ENGINE_GONE),
    *(
        Finding.of(Code.ENGINE_HOST, url="http://gpu-1:11434", version=version, models=models, parallel=2)
        for version in ("0.17.1", "none")
        for models in ("owl:1b, lark:7b", "none")
    ),
    *(
        Finding(Code.ENGINE_HOST_LEFT_OUT, {"url": "http://gpu-1:11434", "trouble": error.code}, error)
        for error in (
            ENGINE_GONE,
            EngineBusy(engine="ollama"),
            EngineGarbled(engine="ollama", detail="HTML"),
            EngineInterrupted(engine="ollama", model="owl:1b"),
            EngineOutside(engine="ollama", name="SOVA_ENGINE_URLS", host="gpu-1", address="8.8.8.8"),
            EngineSilent(engine="ollama", model="", seconds=2.5),
        )
    ),
    Finding.of(Code.ENGINE_LEAKS, version="0.16.0", safe="0.17.1", leak="CVE-2026-7482"),
    Finding.of(Code.ENGINE_VERSION_UNKNOWN, version="none", safe="0.17.1", leak="CVE-2026-7482"),
    Finding.of(Code.ENGINE_VERSION_UNKNOWN, version="main", safe="0.17.1", leak="CVE-2026-7482"),
    Finding.of(Code.ENGINE_CLOUD, engine="ollama", models="gpt:cloud"),
    Finding.of(Code.MODEL, model="owl:1b", size=1.1, context=32_768, chosen="setting"),
    Finding.of(Code.MODEL, model="owl:1b", size="none", context="none", chosen="engine"),
    *(Finding.of(Code.MODELS_NONE, engine=engine) for engine in ("ollama", "openai", "embedded")),
    Finding.of(Code.MODEL_UNKNOWN, name="owl:2b", engine="ollama", nearest="owl:1b"),
    Finding.of(Code.MODEL_UNKNOWN, name="owl:2b", engine="ollama", nearest="none"),
    Finding.of(Code.MODEL_CANNOT_CHAT, model="embedder:1b"),
    Finding.of(Code.CONTEXT_TOO_LONG, model="owl:1b", asked=65_536, own=32_768),
    *(Finding.of(Code.PULL_UNFINISHED, model="owl:1b", by="Ana", done=0.4, total=total) for total in (0.0, 1.3)),
    *(Finding.of(Code.PERSONAS, path="/srv/personas", personas=personas) for personas in (0, 1, 2, 5)),
    *(
        Finding.of_error(Code.PERSONA_BAD, BadPersona("/srv/personas/owl.toml", Notice("persona-not-text"), line))
        for line in (0, 3)
    ),
    *(
        Finding.of(Code.HISTORY, version=version, where=where)
        for version in ("Valkey 9.1.2", "none")
        for where in ("embedded", "box:6379/0")
    ),
    *(
        Finding(Code.HISTORY_UNAVAILABLE, {"where": "box", "reason": "lost", "server": server}, error)
        for server in ("own", "configured")
        for error in [HistoryUnavailable(where="box", reason="lost")]
    ),
    Finding.of(Code.HISTORY_NOT_HERE),
    Finding.of_error(Code.HISTORY_TROUBLE, DiskFull(path="/state", needed=0, free=0)),
    Finding.of(Code.HISTORY_VOLATILE, where="box:6379/0"),
    Finding.of(Code.HISTORY_UNTOLD, where="box:6379/0"),
    Finding.of(Code.PASSWORD_IN_THE_OPEN, setting="SOVA_REDIS_URL", host="box"),
    *(Finding.of(Code.DOCUMENTS, path="/knowledge", documents=documents) for documents in (1, 3, 840)),
    Finding.of(Code.DOCUMENTS_NOWHERE, path="/knowledge"),
    Finding.of(Code.DOCUMENTS_NONE, path="/knowledge"),
    Finding.of(Code.DOCUMENTS_UNREADABLE, path="/knowledge", reason="Permission denied"),
    *(Finding.of(Code.SCOPES, folders=folders) for folders in (1, 3, 5)),
    Finding.of_error(Code.SCOPES_BAD, BadScopes(path="/knowledge/scopes.toml", reason=Notice("scopes-not-text"))),
    Finding.of(Code.SEARCH_MODELS, models="e5, minilm"),
    *(Finding.of(Code.SEARCH_MODELS_MISSING, models="e5", here=here) for here in (0, 1)),
    Finding.of_error(Code.SEARCH_MODELS_TROUBLE, BadSetting(name="SOVA_EMBEDDING_MODEL", reason="no such model")),
    *(
        Finding.of(Code.INDEX, where=where, version=version, documents=documents)
        for where, version in (("embedded", "none"), ("box:6333", "1.16.2"))
        for documents in (0, 1, 3, 840)
    ),
    Finding.of(Code.INDEX_IN_USE),
    Finding.of(Code.INDEX_EMPTY),
    Finding.of(Code.INDEX_OLD, where="box:6333", version="1.9.0", needed="1.15"),
    *(
        Finding.of(Code.INDEX_VERSION_UNKNOWN, where="box:6333", version=version, needed="1.15")
        for version in ("dev", "none")
    ),
    *(
        Finding(Code.INDEX_UNAVAILABLE, {"where": "box", "reason": "lost", "server": server}, error)
        for server in ("own", "configured")
        for error in [IndexUnavailable(where="box", reason="lost")]
    ),
    *(
        Finding(Code.INDEX_TROUBLE, {"path": "/state", "needed": 0, "free": 0, "server": server}, error)
        for server in ("own", "configured")
        for error in [DiskFull(path="/state", needed=0, free=0)]
    ),
    Finding.of(Code.NETWORK, service="ollama", setting="SOVA_OLLAMA_URL", host="box", address="10.0.0.7"),
    Finding.of(Code.NETWORK_OWN, service="own-index", setting="none", host="none", address="none"),
    Finding.of(Code.NETWORK_ON_REQUEST, service="package-index", setting="none", host="none", address="none"),
    Finding.of(Code.NETWORK_ON_REQUEST, service="hub", setting="SOVA_HUB_URL", host="hub", address="none"),
    Finding.of(Code.NETWORK_ON_REQUEST, service="hub", setting="SOVA_HUB_URL", host="hub", address="8.8.8.8"),
    Finding.of(Code.PLATFORM_NONE),
    Finding.of(Code.PLATFORM, platform="discord", name="Sova"),
    Finding.of_error(Code.PLATFORM_UNREACHABLE, PlatformUnreachable("Discord", "TimeoutError")),
    Finding.of_error(Code.PLATFORM_REFUSED, PlatformTokenRefused("Discord", "SOVA_DISCORD_TOKEN")),
    Finding.of(
        Code.NETWORK_PLATFORM, service="discord", setting="SOVA_DISCORD_API_URL", host="discord.com", address="8.8.8.8"
    ),
    Finding.of(Code.NETWORK_ALLOWED, setting="SOVA_OLLAMA_URL", host="box", address="8.8.8.8"),
    *(
        Finding.of(Code.NETWORK_OUTSIDE, setting=setting, host="box", address="8.8.8.8")
        for setting in ("SOVA_OLLAMA_URL", "SOVA_ENGINE_URLS")
    ),
    Finding.of(Code.NETWORK_UNKNOWN_HOST, setting="SOVA_OLLAMA_URL", host="box"),
    Finding.of(Code.CHECK_FAILED, check="history", error="ZeroDivisionError"),
    Finding.of(Code.CHECK_SLOW, check="folders", seconds=5.0),
]


def test_there_is_an_example_of_every_code() -> None:
    assert {finding.code for finding in EXAMPLES} == set(Code)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("finding", EXAMPLES, ids=lambda finding: str(finding.code.key))
def test_every_finding_is_told_with_its_remedy_in_every_language(
    finding: Finding, language: Language, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="bot.wording"):
        (told,) = as_json([finding], speak(language))["findings"]
    assert caplog.messages == []
    assert told["message"].strip()
    assert (told["remedy"] is None) is (finding.level is Level.OK)
    sentences = f"{told['message']} {told['remedy'] or ''}"
    assert "{" not in sentences


@pytest.mark.parametrize("language", Language)
def test_no_sentence_is_left_over(language: Language) -> None:
    say = speak(language)
    for code in Code:
        assert say.has(f"doctor-{code.key}")
        assert say.has(f"doctor-{code.key}-remedy") is (code.level is not Level.OK)
    assert all(say.has(f"doctor-check-{check}") for check in Check)


async def test_the_object_for_programs_has_stable_keys(tmp_path: Path) -> None:
    told = as_json(await examine(healthy(tmp_path)), speak(Language.ENGLISH))
    assert told == json.loads(json.dumps(told))
    assert list(told) == ["ok", "findings"]
    assert {tuple(finding) for finding in told["findings"]} == {("check", "level", "code", "message", "remedy")}


@pytest.mark.parametrize(
    ("code", "is_ok"), [(Code.SETTINGS, True), (Code.HISTORY_NOT_HERE, False), (Code.PASSWORD_IN_THE_OPEN, True)]
)
def test_warnings_leave_it_in_order_and_problems_do_not(code: Code, is_ok: bool) -> None:
    finding = Finding.of(code, setting="SOVA_REDIS_URL", host="box")
    assert as_json([finding], speak(Language.ENGLISH))["ok"] is is_ok


def test_codes_and_checks_are_the_same_in_every_language() -> None:
    english, czech = (as_json(EXAMPLES, speak(language))["findings"] for language in Language)
    assert [(one["check"], one["level"], one["code"]) for one in english] == [
        (one["check"], one["level"], one["code"]) for one in czech
    ]


def test_what_is_missing_is_left_out_of_the_sentence() -> None:
    say = speak(Language.ENGLISH)
    told = Finding.of(Code.MODEL, model="owl:1b", size=1.1, context=32_768, chosen="setting")
    untold = Finding.of(Code.MODEL, model="owl:1b", size="none", context="none", chosen="engine")
    assert message_of(told, say) == "owl:1b (SOVA_MODEL), 1.1 GB, context of up to 32,768 tokens"
    assert message_of(untold, say) == "owl:1b (the engine's choice)"


def test_the_card_marks_each_finding_and_gives_the_remedy_below() -> None:
    findings = [Finding.of(Code.SETTINGS), EXAMPLES[7], Finding.of(Code.HISTORY_NOT_HERE)]
    card = card_of(findings, speak(Language.ENGLISH))
    assert [field.name for field in card.fields] == ["✓ Settings", "! Settings", "✗ History"]
    assert card.fields[0].value == "every variable is known"
    assert card.fields[1].value.endswith("\n→ chmod 600 /srv/.env")
    assert card.text == "Found: 1 problem, 1 warning."


def test_the_card_of_a_healthy_patient_says_so() -> None:
    assert card_of([Finding.of(Code.SETTINGS)], speak(Language.CZECH)).text == "Všechno je v pořádku."


@pytest.mark.parametrize(
    ("problems", "warnings", "sentence"),
    [
        (2, 0, "Nález: 2 problémy, žádné varování."),
        (5, 1, "Nález: 5 problémů, 1 varování."),
        (0, 5, "Nález: žádný problém, 5 varování."),
    ],
)
def test_the_summary_counts_as_czechs_do(problems: int, warnings: int, sentence: str) -> None:
    findings = [Finding.of(Code.HISTORY_NOT_HERE)] * problems + [Finding.of(Code.SECRETS_READABLE, path="x")] * warnings
    assert card_of(findings, speak(Language.CZECH)).text == sentence


def test_the_history_is_told_by_what_is_wrong_and_not_by_what_that_means_for_an_answer() -> None:
    (finding,) = [one for one in EXAMPLES if one.code is Code.HISTORY_UNAVAILABLE][:1]
    (told,) = as_json([finding], speak(Language.ENGLISH))["findings"]
    assert told["message"] == "The history isn't there – box: the connection broke."
