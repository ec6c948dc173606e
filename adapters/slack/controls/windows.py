"""Owns opening and changing windows and forms: at once, for Slack lets them be opened within three seconds only."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.controls.acts import Act
from adapters.slack.controls.views import View, told, waiting
from adapters.slack.faults import code_of, translated
from adapters.slack.rest import Rest
from bot.chat.controls.responding import carried_out
from bot.errors import FormTooLate
from bot.wording import Wording

_TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"})
_CLOSED = frozenset({"not_found", "view_not_found"})

Fill = Callable[[], Awaitable[View]]


@dataclass(frozen=True, slots=True)
class Windows:
    """Shows views."""

    rest: Rest

    async def open(self, act: Act, view: View) -> str:
        """Open it for whoever acted, and give its id. Raises `FormTooLate` and `PlatformUnreachable`."""
        try:
            with translated():
                opened = await self._client.views_open(trigger_id=act.trigger, view=view)
        except SlackApiError as error:
            if code_of(error) in _TOO_LATE:
                raise FormTooLate from error
            raise
        return str(opened["view"]["id"])

    async def update(self, id_: str, view: View) -> None:
        """Let it say something else; who has closed it meanwhile wants no more of it."""
        try:
            with translated():
                await self._client.views_update(view_id=id_, view=view)
        except SlackApiError as error:
            if code_of(error) not in _CLOSED:
                raise

    async def filled(self, act: Act, fill: Fill, *, title: str, say: Wording) -> None:
        """Open a window that says to wait, and fill it; what stands in the way of that is said in it, too."""
        id_ = await self.open(act, waiting(title, say, act.origin))
        await self.refilled(id_, act, fill, title=title, say=say)

    async def refilled(self, id_: str, act: Act, fill: Fill, *, title: str, say: Wording) -> None:
        """The same with a window that is open."""

        async def work() -> None:
            await self.update(id_, await fill())

        async def tell(sentence: str) -> None:
            await self.update(id_, told(title, sentence, say, act.origin))

        await carried_out(work(), say=say, tell=tell)

    @property
    def _client(self) -> Any:  # noqa: ANN401  # the SDK's keyword arguments are any
        return self.rest.client
