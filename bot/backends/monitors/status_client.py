"""Owns asking a running Sova on this machine how it is, as a container's health check does."""

import json

import aiohttp

from bot.monitoring.health import Health, Part

ANSWER_SECONDS = 4.0
"""The service looks for 2 s at most; whoever takes longer is stuck."""
MOST_BYTES = 65_536


async def ask_health(host: str, port: int, *, seconds: float = ANSWER_SECONDS) -> Health | None:
    """How the service at `host` and `port` is, as its `/readyz` says; None when nobody answers, or somebody else does.

    Redirects are not followed, proxies not used.
    """
    timeout = aiohttp.ClientTimeout(total=seconds)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
            session.get(f"http://{_bracketed(host)}:{port}/readyz", allow_redirects=False) as response,
        ):
            if response.content_length is None or response.content_length > MOST_BYTES:
                return None
            return _read(await response.read())
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None


def local(host: str) -> str:
    """Where this machine reaches a service that listens at `host`: every address means its own loopback, too."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104  # that is asked for


def _read(body: bytes) -> Health | None:
    try:
        told = json.loads(body)
        parts = told["parts"]
        return Health(tuple(Part(name, one["code"], needed=one["needed"] is True) for name, one in parts.items()))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
