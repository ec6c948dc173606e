"""Owns what showing answers takes, which all answers of a process share."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.slack.answering.abilities import Abilities
from adapters.slack.answering.rates import Allowance
from adapters.slack.answering.sessions import Sessions
from adapters.slack.rest import Rest


@dataclass(frozen=True, slots=True)
class Means:
    """The way to Slack, what Slack lets Sova do there and how often; `clock` gives seconds."""

    rest: Rest
    abilities: Abilities
    allowance: Allowance
    sessions: Sessions
    clock: Callable[[], float]
