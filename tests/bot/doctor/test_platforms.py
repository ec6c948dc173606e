import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.doctor import Code, Finding, examine
from bot.errors import AssistantError, PlatformIntentsRefused, PlatformTokenRefused, PlatformUnreachable
from tests.bot.doctor.patients import healthy


async def found(folder: Path, look: Callable[[], Awaitable[str]]) -> list[Finding]:
    findings = await examine(replace(healthy(folder), chats={"discord": look}, seconds=0.5))
    return [finding for finding in findings if finding.check == "platforms"]


async def test_a_platform_that_lets_sova_in_tells_her_name(tmp_path: Path) -> None:
    async def look() -> str:
        return "Sova"

    assert await found(tmp_path, look) == [Finding.of(Code.PLATFORM, platform="discord", name="Sova")]


async def test_where_no_platform_is_set_up_that_is_said_and_is_well(tmp_path: Path) -> None:
    findings = await examine(healthy(tmp_path))
    assert Finding.of(Code.PLATFORM_NONE) in findings


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PlatformUnreachable("Discord", "TimeoutError"), Code.PLATFORM_UNREACHABLE),
        (PlatformTokenRefused("Discord", "SOVA_DISCORD_TOKEN"), Code.PLATFORM_REFUSED),
        (PlatformIntentsRefused("Discord", ("Message Content Intent",)), Code.PLATFORM_REFUSED),
    ],
)
async def test_what_keeps_sova_out_is_told(tmp_path: Path, error: AssistantError, code: Code) -> None:
    async def look() -> str:
        raise error

    (finding,) = await found(tmp_path, look)
    assert (finding.code, finding.error) == (code, error)


async def test_a_platform_that_says_nothing_holds_nobody_up(tmp_path: Path) -> None:
    async def look() -> str:
        await asyncio.Event().wait()
        return ""

    (finding,) = await found(tmp_path, look)
    assert finding.code is Code.CHECK_SLOW
