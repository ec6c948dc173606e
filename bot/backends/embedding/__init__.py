"""Embedding models, run in a process of their own, and put together where no hub is."""
