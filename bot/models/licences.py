"""Owns what licences are called in short: by the name that a model carries, or by how its licence's text begins. Pure.

The short names are SPDX's (https://spdx.org/licenses/) where it has one; makers' own licences have none there.
"""

import re

_BEGINNING = 800
"""So many characters tell which licence a text is; what follows may quote others."""
_LONGEST_NAME = 24

_NAMES = {
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
    "bsd-3-clause": "BSD-3-Clause",
    "gpl-3.0": "GPL-3.0",
    "agpl-3.0": "AGPL-3.0",
    "lgpl-3.0": "LGPL-3.0",
    "cc0-1.0": "CC0-1.0",
    "cc-by-4.0": "CC-BY-4.0",
    "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0",
    "cc-by-nc-sa-4.0": "CC-BY-NC-SA-4.0",
    "llama2": "Llama 2",
    "llama3": "Llama 3",
    "llama3.1": "Llama 3.1",
    "llama3.2": "Llama 3.2",
    "llama3.3": "Llama 3.3",
    "llama4": "Llama 4",
    "gemma": "Gemma",
    "openrail": "OpenRAIL",
    "bigscience-openrail-m": "OpenRAIL-M",
    "bigcode-openrail-m": "OpenRAIL-M",
    "unlicense": "Unlicense",
}
"""By the hub's identifiers, as `general.license` holds them."""
_SAYS_NOTHING = frozenset({"other", "unknown", "none", ""})

_TEXTS = (
    (r"apache license,? version 2\.0", "Apache-2.0"),
    (r"\bmit license|permission is hereby granted, free of charge, to any person", "MIT"),
    (r"llama (\d(?:\.\d)?) (?:version release|community license)", r"Llama \1"),
    (r"gemma (?:terms of use|prohibited use)", "Gemma"),
    (r"qwen research license", "Qwen Research"),
    (r"(?:tongyi qianwen|qwen) license", "Qwen"),
    (r"deepseek license", "DeepSeek"),
    (r"mistral (?:ai )?research license", "Mistral Research"),
    (r"mistral ai non-production license", "Mistral MNPL"),
    (r"nvidia open model license", "NVIDIA Open Model"),
    (r"attribution-noncommercial-sharealike 4\.0", "CC-BY-NC-SA-4.0"),
    (r"attribution-noncommercial 4\.0", "CC-BY-NC-4.0"),
    (r"attribution-sharealike 4\.0", "CC-BY-SA-4.0"),
    (r"attribution 4\.0", "CC-BY-4.0"),
    (r"gnu affero general public license,? version 3", "AGPL-3.0"),
    (r"gnu lesser general public license,? version 3", "LGPL-3.0"),
    (r"gnu general public license,? version 3", "GPL-3.0"),
    (r"openrail-m", "OpenRAIL-M"),
    (r"bsd 3-clause", "BSD-3-Clause"),
    (r"this is free and unencumbered software", "Unlicense"),
)


def short_licence(name: str | None, text: str | None = None) -> str | None:
    """What the licence is called in short; None where neither its `name` nor the beginning of its `text` tells.

    A name that isn't known stands as it is, unless it is too long to be one.
    """
    given = " ".join((name or "").split())
    if given.lower() in _NAMES:
        return _NAMES[given.lower()]
    if found := _of_text(text or ""):
        return found
    is_name = given.lower() not in _SAYS_NOTHING and len(given) <= _LONGEST_NAME
    return given if is_name else None


def _of_text(text: str) -> str | None:
    beginning = " ".join(text[:_BEGINNING].split()).lower()
    for pattern, short in _TEXTS:
        if found := re.search(pattern, beginning):
            return found.expand(short)
    return None
