"""Owns the places of a workspace as tests see them: channels and direct messages, with what stands there."""

from dataclasses import dataclass

from tests.doubles.slack.posts import Post
from tests.doubles.slack.records import Channel, Status
from tests.doubles.slack.world import World


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, or a direct message with the app."""

    world: World
    channel: Channel

    @property
    def id(self) -> str:
        """Slack's id."""
        return self.channel.id

    @property
    def name(self) -> str:
        """Empty for a direct message."""
        return self.channel.name

    @property
    def posts(self) -> list[Post]:
        """Everything that stands here, threads and what single people see included, oldest first."""
        messages = self.world.messages[self.id].values()
        return [Post(self.world, message) for message in messages if not message.is_deleted]

    @property
    def answers(self) -> list[Post]:
        """What the app wrote here, oldest first."""
        return [post for post in self.posts if post.author_id == self.world.app.bot_user]

    def thread(self, root: Post) -> list[Post]:
        """The replies below a message, oldest first."""
        return [post for post in self.posts if post.thread == root.thread and post.is_reply]

    def status(self, root: Post) -> str:
        """What the app says there that it is doing; empty where it says nothing (any more)."""
        status = self.world.status(self.id, root.thread)
        return status.text if status else ""

    @property
    def statuses(self) -> list[Status]:
        """Everything that the app ever said here that it was doing."""
        return [status for status in self.world.statuses if status.channel == self.id]

    def session(self, root: Post) -> str:
        """The state of the agent's session in a thread; empty where there is none."""
        session = self.world.sessions.get((self.id, root.thread))
        return session.status if session else ""

    def prompts(self, root: Post | None = None) -> list[dict[str, str]]:
        """What the app suggests to ask, in a thread or at the top."""
        return self.world.prompts.get((self.id, root.thread if root else ""), [])

    def archive(self) -> None:
        """Somebody puts it away: nothing can be posted any more."""
        self.channel.is_archived = True
        self.world.changes.tell()

    def removes_bot(self) -> None:
        """Somebody takes the app out."""
        self.channel.members.discard(self.world.app.bot_user)
        self.world.changes.tell()

    def invites_bot(self) -> None:
        """Somebody takes the app in."""
        self.channel.members.add(self.world.app.bot_user)
        self.world.changes.tell()

    def expire_streams(self) -> None:
        """Every stream here is over, as after five minutes."""
        for message in self.world.standing(self.id):
            self.world.end_stream(message)

    def deletes(self, post: Post) -> None:
        """An administrator takes away anybody's message."""
        self.world.remove(post.message)
