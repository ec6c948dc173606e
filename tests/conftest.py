"""Owns when garbage is collected while tests run: seldom, and never among what was imported and collected before."""

import gc

SELDOM = 100_000
"""Objects. At the usual 700, a fourth of the tests' time went into looking through what stays anyway."""


def pytest_configure() -> None:
    gc.set_threshold(SELDOM, 20, 20)


def pytest_collection_finish() -> None:
    gc.freeze()
