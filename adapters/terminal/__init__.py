"""Sova in the terminal."""
