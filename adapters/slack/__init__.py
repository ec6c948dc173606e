"""Sova in Slack."""
