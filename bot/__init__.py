"""Sova, the team's own assistant; this package knows no chat platform."""

__version__ = "0.1.0"
