"""Owns what the app asks about itself, the workspace and its people, and its reactions."""

from typing import Any

from tests.doubles.slack.calls import Call
from tests.doubles.slack.methods.method import Answer, Method, joined_channel
from tests.doubles.slack.records import User
from tests.doubles.slack.refusals import Refused
from tests.doubles.slack.wire import OTHER_APP
from tests.doubles.slack.world import World


def _auth_test(world: World, _: Call) -> Answer:
    app = world.app
    return {
        "url": f"{world.url}/",
        "team": app.team_name,
        "user": app.name.lower(),
        "team_id": app.team,
        "user_id": app.bot_user,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def _bots_info(world: World, call: Call) -> Answer:
    known = (user for user in world.users.values() if user.bot_id == call.text("bot", world.app.bot_id))
    bot = next(known, None)
    if bot is None:
        raise Refused("bot_not_found")
    app = world.app.id if bot.id == world.app.bot_user else OTHER_APP
    return {"bot": {"id": bot.bot_id, "name": bot.name, "app_id": app, "user_id": bot.id, "deleted": False}}


def _team_info(world: World, _: Call) -> Answer:
    app = world.app
    return {"team": {"id": app.team, "name": app.team_name, "domain": "team", "url": f"{world.url}/"}}


def _users_info(world: World, call: Call) -> Answer:
    user = world.users.get(call.text("user"))
    if user is None:
        raise Refused("user_not_found")
    told = user_wire(world, user)
    return {"user": told | {"locale": user.locale} if call.flag("include_locale") else told}


def user_wire(world: World, user: User) -> dict[str, Any]:
    """Somebody as they are told."""
    return {
        "id": user.id,
        "team_id": user.team,
        "name": user.name.lower(),
        "real_name": user.name,
        "deleted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_stranger": user.team != world.app.team,
        "tz": "Europe/Prague",
        "profile": {"real_name": user.name, "display_name": user.name, "team": user.team},
    }


def _react(world: World, call: Call) -> Answer:
    names = _reacted(world, call).setdefault(call.text("name"), [])
    if world.app.bot_user in names:
        raise Refused("already_reacted")
    names.append(world.app.bot_user)
    world.changes.tell()
    return {}


def _unreact(world: World, call: Call) -> Answer:
    names = _reacted(world, call).get(call.text("name"), [])
    if world.app.bot_user not in names:
        raise Refused("no_reaction")
    names.remove(world.app.bot_user)
    world.changes.tell()
    return {}


def _reacted(world: World, call: Call) -> dict[str, list[str]]:
    channel = joined_channel(world, call.text("channel"))
    return world.message(channel.id, call.text("timestamp")).reactions


_REACTION = ("channel", "timestamp", "name")
METHODS = {
    "auth.test": Method(_auth_test),
    "bots.info": Method(_bots_info, (), ("bot", "team_id"), ("users:read",)),
    "team.info": Method(_team_info, (), ("team", "domain"), ("team:read",)),
    "users.info": Method(_users_info, ("user",), ("include_locale",), ("users:read",)),
    "reactions.add": Method(_react, _REACTION, (), ("reactions:write",)),
    "reactions.remove": Method(_unreact, _REACTION, (), ("reactions:write",)),
}
