"""Answers on their way out, over REST: the messages that show them, when they change, and the threads they stand in."""
