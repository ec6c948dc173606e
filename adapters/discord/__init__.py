"""Sova in Discord, on discord.py."""
