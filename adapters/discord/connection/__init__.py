"""Sova's connection to Discord's gateway: a client, kept from connecting too often, and what it missed."""
