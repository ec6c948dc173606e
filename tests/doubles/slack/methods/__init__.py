"""The methods of the Web API that the double knows; a call of any other, or with other arguments, fails the test."""

from tests.doubles.slack.methods.assistant import METHODS as ASSISTANT
from tests.doubles.slack.methods.chat import METHODS as CHAT
from tests.doubles.slack.methods.conversations import METHODS as CONVERSATIONS
from tests.doubles.slack.methods.files import METHODS as FILES
from tests.doubles.slack.methods.method import Method
from tests.doubles.slack.methods.others import METHODS as OTHERS
from tests.doubles.slack.methods.streams import METHODS as STREAMS
from tests.doubles.slack.methods.views import METHODS as VIEWS

METHODS: dict[str, Method] = {
    **CHAT,
    **STREAMS,
    **ASSISTANT,
    **CONVERSATIONS,
    **VIEWS,
    **FILES,
    **OTHERS,
}
"""By name."""
