"""Which channels somebody sees, for settings that name channels."""

from adapters.slack.controls.channels import Channels
from tests.adapters.slack.controls.stage import Scene


async def test_everybody_sees_public_channels_and_the_private_ones_that_they_are_in(scene: Scene) -> None:
    public = scene.slack.team.channel("public", with_bot=False)
    board = scene.slack.team.channel("board", private=True, members=[scene.jana])
    scene.slack.team.channel("others", private=True, members=[scene.petr])

    seen = await Channels(scene.rest).seen_by(scene.jana.id, is_external=False)

    assert seen == {scene.general.id: "general", public.id: "public", board.id: "board"}


async def test_people_of_other_organisations_see_what_they_are_in(scene: Scene) -> None:
    shared = scene.slack.team.channel("partners", shared=True)
    olga = scene.slack.team.outsider("Olga")

    assert await Channels(scene.rest).seen_by(olga.id, is_external=True) == {shared.id: "partners"}
