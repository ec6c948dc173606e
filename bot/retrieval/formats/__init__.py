"""Owns the way from a file's bytes to Markdown-like text, a format a module. Pure: no disk, no network, no vendor."""
