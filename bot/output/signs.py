"""Owns the signs that begin something active in Markdown, and how far they reach: patterns and bounds. Pure.

A pattern that is called `MAY_BE_…` fits a text that may still become the thing; it holds text back, so each is bounded.
"""

import re

from bot.output.fences import LEAD
from bot.output.links import PLAIN_ADDRESS

LONGEST_CODE = 400
_LONGEST_TAG = 300
_LONGEST_LABEL = 200
LONGEST_LEAD = 200

_HIERARCHICAL = (
    *("http", "https", "ftp", "ftps", "sftp", "ssh", "ws", "wss", "git", "file", "ldap", "ldaps", "smb"),
    *("slack", "discord", "steam", "tg", "ms-word"),
)
_OPAQUE = ("javascript", "vbscript", "data", "mailto", "tel", "sms", "blob", "intent", "magnet", "skype")
_STARTS = [f"{scheme}://" for scheme in _HIERARCHICAL] + [f"{scheme}:" for scheme in _OPAQUE]
_STARTS += ["www.", *(f"www{number}." for number in range(10)), "://"]
LONGEST_START = 24
BEGINNINGS = frozenset(start[:length] for start in _STARTS for length in range(1, len(start) + 1))

_URL_START = (
    rf"(?<![A-Za-z0-9])(?:(?:{'|'.join(_HIERARCHICAL)})\\?:\\?/\\?/"
    rf"|(?:{'|'.join(_OPAQUE)})\\?:(?=\S|\Z)|www\d?\\?\.(?=\S|\Z))"
)
SPECIAL = re.compile(rf"(?P<url>{_URL_START})|(?P<rest>\\?:\\?/\\?/)|[\\`<\[\](:@&!\n]", re.IGNORECASE | re.ASCII)
PARTIAL_STARTS = (
    re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z-]{0,10}\d?\\?[:.]?[\\/]{0,4}\Z"),
    re.compile(r"\\?:[\\/]{0,4}\Z"),
)
URL = re.compile(r"[^\s<>`|\[\]\"]*")
TRAILING = re.compile(r"[.,;:!?'*_~]+\Z")
BEHIND_URL = re.compile(r"[.,;:!?'*_~)]*(?:\s|\Z)")
PART_OF_URL = re.compile(r"[\w+.-]")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")

TICKS = re.compile("`+")
BARE_PIPE = re.compile(r"(?<!\\)\|")
TAG_BODY = re.compile(rf"[A-Za-z/?:][^<>`|\n]{{0,{_LONGEST_TAG}}}")
ADDRESS = re.compile(r"[A-Za-z][\w+.-]*://\S*")
SIGIL = re.compile(r"\\?[@#!]")
MASS = re.compile(r"\\?[!&]?(?:everyone|here|channel|\d{15})", re.IGNORECASE)
MENTION = re.compile(rf"<(?={SIGIL.pattern})|@(?={MASS.pattern})", re.IGNORECASE)
MAY_BE_MASS = re.compile(r"\\?[!&]?(?:[a-z]{0,8}|\d{0,14})\Z", re.IGNORECASE)
MASS_NAMES = ("everyone", "here", "channel")
ENTITY = re.compile(r"&#?\w{1,32};")
MAY_BE_ENTITY = re.compile(r"&#?\w{0,32}\Z")
HARMLESS_ENTITIES = frozenset({"&amp;", "&lt;", "&gt;", "&quot;", "&nbsp;"})
IMAGE = re.compile(rf"!\[[^\[\]\n`]{{0,{_LONGEST_LABEL}}}\]\(")
MAY_BE_IMAGE = re.compile(rf"!(?:\[[^\[\]\n`]{{0,{_LONGEST_LABEL}}}\]?)?\Z")
_LABEL = rf"\[(?P<label>[^\[\]`<>\\|\n@&]{{1,{_LONGEST_LABEL}}})\]"
LINK = re.compile(rf"{_LABEL}\((?P<url>{PLAIN_ADDRESS})\)", re.IGNORECASE | re.ASCII)
MAY_BE_LINK = re.compile(rf"\[[^\[\]`<>\\|\n@&]{{0,{_LONGEST_LABEL}}}(?:\](?:\([\w.~/?#&=%+:,$!-]*)?)?\Z", re.ASCII)
DELIMITER = re.compile(r"[-:|> \t]*")
AT_START = re.compile(LEAD.pattern + r"(?:\[[ xX]?\][ \t]*)*")
UNDECIDED_LEAD = re.compile(r"(?:`{1,2}|~{1,2}|[-+*]|\d{1,9}[.)]?|\[[ xX]?\]?)?\Z")
