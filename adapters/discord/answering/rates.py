"""Owns how often Discord takes a change: about one a second of a message, and five in a channel within five seconds.

The headers of its answers have the last word, and discord.py obeys them.
"""

from bot.chat.showing.pacing import Pace, Rate

PACE = Pace(
    channel=Rate(5, window=5.25, reserved=1),
    whole=Rate(45, window=1.05, reserved=10),  # it takes 50 requests a second, and some are made without being counted
    edit_seconds=1.0,
    state_seconds=1.0,
    typing_seconds=8.0,  # Discord shows typing for ten
)
