"""What the app may know of channels, people and itself."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import SCOPES, Manifest, Person, Place, Slack, slack_service
from tests.doubles.slack.conftest import error_of

pytestmark = pytest.mark.timeout(20)
CURIOUS = frozenset({"channels:read", "groups:read", "mpim:read", "channels:join", "team:read"})


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with slack_service(manifest=Manifest(scopes=SCOPES | CURIOUS)) as slack:
        yield slack


async def test_channels_are_listed_by_kind_and_page(slack: Slack, client: AsyncWebClient, general: Place) -> None:
    slack.team.channel("old").archive()
    secret = slack.team.channel("secret", private=True)
    slack.team.channel("hidden", private=True, with_bot=False)
    elsewhere = slack.team.channel("elsewhere", with_bot=False)
    everything = await client.conversations_list(types="public_channel,private_channel", exclude_archived=True, limit=2)
    rest = await client.conversations_list(
        types="public_channel,private_channel",
        exclude_archived=True,
        limit=2,
        cursor=everything["response_metadata"]["next_cursor"],
    )
    mine = await client.users_conversations(types="public_channel,private_channel", exclude_archived=True)
    names = [channel["name"] for channel in [*everything["channels"], *rest["channels"]]]
    assert (names, rest["response_metadata"]["next_cursor"]) == (["general", "secret", "elsewhere"], "")
    assert [channel["id"] for channel in mine["channels"]] == [general.id, secret.id]
    await client.conversations_join(channel=elsewhere.id)
    told = await client.conversations_info(channel=elsewhere.id)
    assert (told["channel"]["is_member"], told["channel"]["is_private"]) == (True, False)


async def test_without_the_scope_a_kind_isnt_told_of() -> None:
    async with slack_service(manifest=Manifest(scopes=SCOPES - {"channels:read"})) as slack:
        client, general = AsyncWebClient(slack.bot_token, base_url=slack.base_url), slack.team.channel()
        errors = []
        for asking in (client.conversations_info(channel=general.id), client.conversations_list(types="im,mpim")):
            with pytest.raises(SlackApiError) as caught:
                await asking
            errors.append(caught.value.response["needed"])
    assert errors == ["channels:read", "mpim:read"]


async def test_members_come_in_pages(slack: Slack, client: AsyncWebClient, general: Place, jana: Person) -> None:
    first = await client.conversations_members(channel=general.id, limit=1)
    second = await client.conversations_members(
        channel=general.id, limit=1, cursor=first["response_metadata"]["next_cursor"]
    )
    assert sorted([*first["members"], *second["members"]]) == sorted([jana.id, slack.app.bot_user])


async def test_a_direct_message_is_opened_once(client: AsyncWebClient, jana: Person) -> None:
    opened = [(await client.conversations_open(users=jana.id))["channel"]["id"] for _ in range(2)]
    await client.chat_postMessage(channel=jana.id, text="Hi", unfurl_links=False, unfurl_media=False)
    assert (opened, [post.text for post in jana.direct.answers]) == ([jana.direct.id] * 2, ["Hi"])


async def test_people_and_the_app_itself_are_told(slack: Slack, client: AsyncWebClient) -> None:
    petr = slack.team.person("Petr", locale="cs-CZ")
    user = (await client.users_info(user=petr.id, include_locale=True))["user"]
    me, team = await client.auth_test(), await client.team_info()
    bot = (await client.bots_info(bot=str(me["bot_id"])))["bot"]
    assert (user["real_name"], user["locale"], user["is_bot"]) == ("Petr", "cs-CZ", False)
    assert (me["user_id"], bot["user_id"], team["team"]["id"]) == (
        slack.app.bot_user,
        slack.app.bot_user,
        me["team_id"],
    )
    with pytest.raises(SlackApiError) as caught:
        await client.users_info(user="U0NOBODY")
    assert error_of(caught) == "user_not_found"
    with pytest.raises(SlackApiError, match="bot_not_found"):
        await client.bots_info(bot="B0NOBODY")
    assert [call.method for call in slack.api.calls][1:3] == ["auth.test", "team.info"]


async def test_a_reaction_is_seen_once(client: AsyncWebClient, general: Place, jana: Person, slack: Slack) -> None:
    post = await jana.says(general, "Well?")
    await client.reactions_add(channel=general.id, timestamp=post.ts, name="eyes")
    assert post.reactions == {"eyes": [slack.app.bot_user]}
    with pytest.raises(SlackApiError, match="already_reacted"):
        await client.reactions_add(channel=general.id, timestamp=post.ts, name="eyes")
    await client.reactions_remove(channel=general.id, timestamp=post.ts, name="eyes")
    assert post.reactions == {"eyes": []}


async def test_a_permalink_leads_into_the_thread(client: AsyncWebClient, general: Place, jana: Person) -> None:
    root = await jana.says(general, "Well?")
    reply = await jana.says(general, "Well.", thread=root)
    told = await client.chat_getPermalink(channel=general.id, message_ts=reply.ts)
    assert str(told["permalink"]).endswith(f"/p{reply.ts.replace('.', '')}?thread_ts={root.ts}&cid={general.id}")


async def test_out_of_a_channel_nothing_is_read(client: AsyncWebClient, general: Place) -> None:
    general.removes_bot()
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_history(channel=general.id)
    assert error_of(caught) == "not_in_channel"
    general.invites_bot()
    assert (await client.conversations_history(channel=general.id))["messages"] == []


async def test_nothing_answers_in_an_outage_and_everything_is_there_after_it(
    slack: Slack, client: AsyncWebClient, general: Place, jana: Person
) -> None:
    await jana.says(general, "Well?")
    async with slack.outage():
        with pytest.raises(OSError, match="Cannot connect"):
            await client.auth_test()
    assert len((await client.conversations_history(channel=general.id))["messages"]) == 1
