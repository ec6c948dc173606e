"""Owns views.*: modals and home tabs that the app opens and changes."""

from tests.doubles.slack.calls import Call
from tests.doubles.slack.methods.method import Answer, Method
from tests.doubles.slack.records import View
from tests.doubles.slack.refusals import Refused
from tests.doubles.slack.screens import open_view, publish_home, push_view, update_view, view_wire
from tests.doubles.slack.views import check_view
from tests.doubles.slack.world import World


def _open(world: World, call: Call) -> Answer:
    told = check_view(call.table("view"), kind="modal")
    user, _ = world.triggers.exchange(call.text("trigger_id"))
    return {"view": view_wire(world, open_view(world, user, told))}


def _push(world: World, call: Call) -> Answer:
    told = check_view(call.table("view"), kind="modal")
    user, within = world.triggers.exchange(call.text("trigger_id"))
    if not within:
        raise Refused("invalid_trigger_id")
    return {"view": view_wire(world, push_view(world, user, told))}


def _update(world: World, call: Call) -> Answer:
    view = _named(world, call)
    if call.text("hash") not in ("", view.hash):
        raise Refused("hash_conflict")
    kind = str(view.told["type"])
    return {"view": view_wire(world, update_view(world, view, check_view(call.table("view"), kind=kind)))}


def _named(world: World, call: Call) -> View:
    known = [*world.views.values(), *world.homes.values()]
    by_id = (view for view in known if view.is_open and view.id == call.text("view_id"))
    name = call.text("external_id")
    by_name = (view for view in known if view.is_open and name and view.told.get("external_id") == name)
    view = next(by_id, None) or next(by_name, None)
    if view is None:
        raise Refused("not_found")
    return view


def _publish(world: World, call: Call) -> Answer:
    if call.text("user_id") not in world.users:
        raise Refused("user_not_found")
    told = check_view(call.table("view"), kind="home")
    before = world.homes.get(call.text("user_id"))
    if before and call.text("hash") not in ("", before.hash):
        raise Refused("hash_conflict")
    return {"view": view_wire(world, publish_home(world, call.text("user_id"), told))}


METHODS = {
    "views.open": Method(_open, ("trigger_id", "view")),
    "views.push": Method(_push, ("trigger_id", "view")),
    "views.update": Method(_update, ("view",), ("view_id", "external_id", "hash")),
    "views.publish": Method(_publish, ("user_id", "view"), ("hash",)),
}
