"""The commands: one module a family, each a typed request in and a card out, the same on every platform."""
