"""Retrieval: from files to chunks to passages to citations."""
