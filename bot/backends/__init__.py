"""The services that Sova stands on: one vendor a file, each behind a port."""
