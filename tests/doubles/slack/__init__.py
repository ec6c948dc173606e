"""A Slack on loopback: strict and stateful, over real HTTP and WebSocket, for the real slack-bolt to connect to.

    async with slack_service() as slack:
        general, jana = slack.team.channel("general"), slack.team.person("Jana")
        ...                                  # the app connects: slack.base_url, slack.bot_token, slack.app_token
        await slack.until_connected()
        question = await jana.says(general, "How long is parental leave?", mention=True)
        answer = await slack.seen(general, lambda post: post.thread == question.ts and not post.is_streaming)
        await jana.presses(answer, "sources")              # by action id, its last part, label or value
        modal = await slack.until(lambda: jana.modal)
        pressed = await (await jana.presses(answer, "👎")).done()          # until it is acknowledged, or .error tells
        await jana.submits(await slack.until(lambda: jana.modal), {"reason": "too short"})

Sova reaches it by `SLACK_API_URL`, which is `slack.base_url`. `slack_service(manifest=Manifest.read(told))` installs
the app as its own manifest says: other scopes are missing, other events don't come, other commands can't be typed.

The team: `slack.team.channel(name, private=…, shared=…, members=…, with_bot=…)`, `.person(name, locale=…)`,
`.outsider(name)` of another organisation in the shared channels, `.program(name)` which is another bot.

People: `says` (with `thread=`, `files=`, `mention=True`, `broadcast=True`, at `jana.direct` in private), `edits`,
`deletes`, `joins`, `presses`, `chooses`, `runs("/sova-ask", "…", general)`, `uses("ask_about", post)` (shortcuts),
`stops(post)` (Slack's own Stop), `opens_home`, `opens_messages`, `looks_at`, `submits`, `closes`; `jana.modal`,
`jana.home`. Awaiting them is until Slack has sent it off.

Places: `posts`, `answers`, `thread(post)`, `status(post)`, `statuses`, `session(post)`, `prompts()`, `archive`,
`removes_bot`, `expire_streams`. A `Post` has `text`, `versions`, `buttons`, `menus`, `files`, `is_streaming`,
`was_streamed`, `only_for`, `pings`, `metadata`.

What goes wrong is planned: `slack.faults.plan(Limit(2), "chat.update", times=3)` (or `Refuse`, `Broken`, `Cut`,
`Hold`), `slack.sockets.cut()`, `.tear_next()`, `.refresh()`, `.close()`, `slack.outage()`, `slack.revokes_token()`,
`slack.refuses_streaming()`. `await slack.advance(seconds)` moves Slack's clock: what isn't acknowledged within 3 s is
sent again at once, after one minute and after five. `await slack.uses_http(url)` tells the app over HTTP instead.

Afterwards `slack.api.calls`, `.limited` and `.refused`, `slack.sockets.envelopes`, `slack.deliveries.all` and
`slack.transcript()` tell what happened. `slack.violations` are calls that Slack doesn't know, live mentions, unfurling
and the like: leaving the service with any of them fails the test.
"""

from tests.doubles.slack.app import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from tests.doubles.slack.delivery import Delivery, State
from tests.doubles.slack.faults import Broken, Cut, Hold, Limit, Refuse
from tests.doubles.slack.interactions import Interaction
from tests.doubles.slack.manifest import EVENTS, SCOPES, Manifest
from tests.doubles.slack.people import Person
from tests.doubles.slack.places import Place
from tests.doubles.slack.posts import Post
from tests.doubles.slack.rate_limits import RATES, Rate
from tests.doubles.slack.records import View
from tests.doubles.slack.refusals import Impossible
from tests.doubles.slack.service import Slack, slack_service
from tests.doubles.slack.shown import Button, Menu
from tests.doubles.slack.team import Team

__all__ = [
    "APP_TOKEN",
    "BOT_TOKEN",
    "EVENTS",
    "RATES",
    "SCOPES",
    "SIGNING_SECRET",
    "Broken",
    "Button",
    "Cut",
    "Delivery",
    "Hold",
    "Impossible",
    "Interaction",
    "Limit",
    "Manifest",
    "Menu",
    "Person",
    "Place",
    "Post",
    "Rate",
    "Refuse",
    "Slack",
    "State",
    "Team",
    "View",
    "slack_service",
]
