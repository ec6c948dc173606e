"""Files that come with questions: from Slack alone, with its token, and no more than allowed."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.slack.answering.fetching import Fetching, is_slacks_file
from adapters.slack.hearing.said import said_of
from adapters.slack.rest import Address, Rest
from bot.errors import AttachmentRefused, PlatformUnreachable
from bot.messages import Attachment
from tests.adapters.slack.answering.stage import Stage, staged
from tests.doubles.slack import SCOPES, Manifest, Refuse

pytestmark = pytest.mark.timeout(30)
SLACK, GOV = "https://slack.com/api/", "https://slack-gov.com/api/"
TOKENS: list[str | None] = []


async def uploaded(stage: Stage, name: str = "plan.txt", content: bytes = b"37 weeks") -> Attachment:
    """A file as the adapter hears of it."""
    question = await stage.jana.says(stage.general, "And this?", files=[(name, content)])
    told = {"ts": question.ts, "channel": question.channel, **stage.slack.world.wire(question.message)}
    return said_of(told, me="").files[0]


async def test_a_file_is_brought_with_the_token(stage: Stage) -> None:
    assert await stage.outbound.fetch(await uploaded(stage), most_bytes=100) == b"37 weeks"


async def test_a_page_that_people_uploaded_is_no_page_to_sign_in(stage: Stage) -> None:
    page = b"<html>37 weeks</html>"
    assert await stage.outbound.fetch(await uploaded(stage, "plan.html", page), most_bytes=100) == page


async def test_a_file_that_is_only_named_is_asked_for(stage: Stage) -> None:
    attachment = await uploaded(stage)
    (file,) = stage.slack.world.files
    assert await stage.outbound.fetch(at(file), most_bytes=100) == b"37 weeks"
    assert stage.methods("files.info")
    with pytest.raises(AttachmentRefused):
        await stage.outbound.fetch(at("F0000000000"), most_bytes=100)
    stage.slack.faults.plan(Refuse("ratelimited"), "files.info")
    with pytest.raises(PlatformUnreachable):
        await stage.outbound.fetch(at(file), most_bytes=100)
    assert attachment.where != file


async def test_a_file_that_may_not_be_read_is_refused() -> None:
    async with staged(manifest=Manifest(scopes=SCOPES - {"files:read"})) as stage:
        with pytest.raises(AttachmentRefused) as refused:
            await stage.outbound.fetch(await uploaded(stage), most_bytes=100)
        assert refused.value.reason == "gone"


async def test_no_more_is_read_than_allowed(stage: Stage) -> None:
    with pytest.raises(AttachmentRefused) as refused:
        await stage.outbound.fetch(await uploaded(stage, content=b"x" * 101), most_bytes=100)
    assert refused.value.reason == "too-large"


@pytest.fixture
async def files() -> AsyncIterator[str]:
    """A server with files of all kinds, in Slack's place; its address."""

    async def serve(request: web.Request) -> web.StreamResponse:
        TOKENS.append(request.headers.get("Authorization"))
        match request.path:
            case "/small":
                return web.Response(body=b"x" * 100)
            case "/moved":
                raise web.HTTPFound("/small")
            case "/round":
                raise web.HTTPFound("/round")
            case "/elsewhere":
                raise web.HTTPFound(f"http://localhost:{request.url.port}/small")
            case "/broken":
                raise web.HTTPBadGateway
            case "/busy":
                raise web.HTTPTooManyRequests
            case "/silent":
                await asyncio.Event().wait()
                return web.Response()
            case _:
                raise web.HTTPNotFound

    TOKENS.clear()
    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def at(where: str) -> Attachment:
    return Attachment(name="plan.txt", media_type="text/plain", size_bytes=1, where=where)


async def fetched(files: str, path: str, *, seconds: float = 5.0) -> bytes:
    async with Rest(Address(f"{files}/api/"), token="xoxb-1") as rest:  # noqa: S106  # no secret
        return await Fetching(rest, seconds=seconds).fetch(at(path), most_bytes=100)


async def test_a_file_that_has_moved_is_followed_within_slack(files: str) -> None:
    assert await fetched(files, f"{files}/moved") == b"x" * 100
    assert TOKENS == ["Bearer xoxb-1"] * 2


@pytest.mark.parametrize("path", ["/elsewhere", "/round", "/nothing"])
async def test_a_file_that_leads_elsewhere_or_nowhere_is_gone(files: str, path: str) -> None:
    with pytest.raises(AttachmentRefused):
        await fetched(files, files + path)
    assert len(TOKENS) <= 4


async def test_the_token_goes_to_nobody_else(files: str) -> None:
    with pytest.raises(AttachmentRefused):
        await fetched(files, files.replace("127.0.0.1", "localhost") + "/small")
    assert TOKENS == []


@pytest.mark.parametrize("path", ["/broken", "/busy", "/silent"])
async def test_a_server_in_trouble_is_asked_again_later(files: str, path: str) -> None:
    with pytest.raises(PlatformUnreachable):
        await fetched(files, files + path, seconds=0.2)


@pytest.mark.parametrize(
    ("url", "api", "is_its"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.txt", SLACK, True),
        ("https://files.slack-gov.com/files-pri/T1-F1/a.txt", GOV, True),
        ("https://files.slack.com/files-pri/T1-F1/a.txt", GOV, False),
        ("http://files.slack.com/files-pri/T1-F1/a.txt", SLACK, False),
        ("https://files.slack.com:8443/a.txt", SLACK, False),
        ("https://files.slack.com@evil.example/a.txt", SLACK, False),
        ("https://user:secret@files.slack.com/a.txt", SLACK, False),
        ("https://evil.example/files.slack.com", SLACK, False),
        ("https://files.slack.com.evil.example/a.txt", SLACK, False),
        ("https://proxy.example/files-pri/a.txt", "https://proxy.example/api/", True),
        ("https://files.slack.com/a.txt", "https://proxy.example/api/", False),
        ("file:///etc/passwd", SLACK, False),
        ("http://[", SLACK, False),
        ("", SLACK, False),
    ],
)
def test_only_slacks_own_hosts_have_files(url: str, api: str, is_its: bool) -> None:
    assert is_slacks_file(url, api=api) is is_its
