"""Connections to permitted addresses only, for every client that Sova has."""
