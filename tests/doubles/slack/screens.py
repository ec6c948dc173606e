"""Owns the views that people have before them: modals on a stack of three, and a home tab each."""

from typing import Any

from tests.doubles.slack.blocks import named
from tests.doubles.slack.records import View
from tests.doubles.slack.refusals import Refused
from tests.doubles.slack.world import World

MOST_STACKED = 3


def stack_of(world: World, user: str) -> list[View]:
    """Somebody's modals, the one in front last."""
    return [view for view in world.views.values() if view.user == user and view.is_open]


def open_view(world: World, user: str, told: dict[str, Any]) -> View:
    """A modal comes up. Raises Refused where another one, or one called the same, is there."""
    _check_name(world, told)
    if stack_of(world, user):
        for view in stack_of(world, user):
            view.is_open = False
    return _add(world, user, told, previous=None)


def push_view(world: World, user: str, told: dict[str, Any]) -> View:
    """A modal comes up over another. Raises Refused (push_limit_reached, not_found)."""
    stack = stack_of(world, user)
    if not stack:
        raise Refused("not_found")
    if len(stack) >= MOST_STACKED:
        raise Refused("push_limit_reached")
    _check_name(world, told)
    return _add(world, user, told, previous=stack[-1])


def update_view(world: World, view: View, told: dict[str, Any]) -> View:
    """A view says something else."""
    view.told = {**told, "blocks": named(told["blocks"], world.new_block_id)}
    view.hash, view.errors = world.clock.ts(), {}
    world.changes.tell()
    return view


def publish_home(world: World, user: str, told: dict[str, Any]) -> View:
    """Somebody's home tab says this from now on."""
    home = world.homes.get(user)
    if home is None:
        id_ = world.new_id("V")
        home = world.homes[user] = View(id_, user, told, world.clock.ts(), root=id_)
    return update_view(world, home, told)


def close_view(world: World, view: View, *, everything: bool = False) -> None:
    """A modal goes; with `everything` all of them."""
    for one in stack_of(world, view.user) if everything else [view]:
        one.is_open = False
    world.changes.tell()


def _add(world: World, user: str, told: dict[str, Any], *, previous: View | None) -> View:
    id_ = world.new_id("V")
    root = previous.root if previous else id_
    view = View(id_, user, told, world.clock.ts(), root=root, previous=previous.id if previous else None)
    world.views[id_] = view
    return update_view(world, view, told)


def _check_name(world: World, told: dict[str, Any]) -> None:
    name = told.get("external_id")
    if name and any(view.told.get("external_id") == name for view in world.views.values() if view.is_open):
        raise Refused("duplicate_external_id")


def view_wire(world: World, view: View) -> dict[str, Any]:
    """A view as it is told, without what was filled in."""
    given: dict[str, Any] = {key: view.told[key] for key in ("title", "close", "submit", "blocks") if key in view.told}
    return {
        "id": view.id,
        "team_id": world.app.team,
        "type": view.told["type"],
        "private_metadata": view.told.get("private_metadata", ""),
        "callback_id": view.told.get("callback_id", ""),
        "state": {"values": {}},
        "hash": view.hash,
        "clear_on_close": bool(view.told.get("clear_on_close")),
        "notify_on_close": bool(view.told.get("notify_on_close")),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": world.app.id,
        "external_id": view.told.get("external_id", ""),
        "app_installed_team_id": world.app.team,
        "bot_id": world.app.bot_id,
        **given,
    }
