"""Summaries of what people wrote: read, cut into parts, each part's points found and checked, and put together."""
