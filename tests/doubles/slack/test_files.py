"""Files: uploads in three steps, downloads with the token."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Person, Place, Slack

pytestmark = pytest.mark.timeout(20)


async def test_slack_sdk_uploads_into_a_thread(client: AsyncWebClient, general: Place, jana: Person) -> None:
    question = await jana.says(general, "How fast?")
    await client.files_upload_v2(
        filename="chart.png",
        content=b"\x89PNG",
        title="Latency",
        channel=general.id,
        thread_ts=question.ts,
        initial_comment="Here",
    )
    (answer,) = general.thread(question)
    (file,) = answer.files
    assert (answer.text, file.name, file.title, file.content) == ("Here", "chart.png", "Latency", b"\x89PNG")


async def test_what_was_announced_must_come(slack: Slack, client: AsyncWebClient, general: Place) -> None:
    told = await client.files_getUploadURLExternal(filename="a.txt", length=4)
    async with aiohttp.ClientSession() as session:
        answer = await session.post(str(told["upload_url"]), data=b"12345")
        assert answer.status == 400
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": str(told["file_id"])}], channel_id=general.id)


async def test_blocks_beside_a_file_are_checked(slack: Slack, client: AsyncWebClient, general: Place) -> None:
    told = await client.files_getUploadURLExternal(filename="a.txt", length=1)
    async with aiohttp.ClientSession() as session:
        await session.post(str(told["upload_url"]), data=b"a")
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.files_completeUploadExternal(
            files=[{"id": str(told["file_id"])}], channel_id=general.id, blocks='[{"type": "carousel"}]'
        )


async def test_a_file_is_read_with_the_token_and_without_it_there_is_a_page_to_sign_in(
    slack: Slack, general: Place, jana: Person
) -> None:
    post = await jana.says(general, "Read this", files=[("notes.txt", "čtvrtek".encode())])
    url = slack.world.wire(post.message)["files"][0]["url_private_download"]
    async with aiohttp.ClientSession() as session:
        read = await session.get(url, headers={"Authorization": f"Bearer {slack.bot_token}"})
        assert ((await read.read()).decode(), read.content_type) == ("čtvrtek", "text/plain")
        page = await session.get(url)
        assert (page.status, page.content_type) == (200, "text/html")
