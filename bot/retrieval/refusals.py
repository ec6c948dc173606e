"""Owns telling that a model declined to answer, in English and in Czech, with and without diacritics. Pure.

The patterns read text in lower case without diacritics. They are matched at the beginning of a sentence, behind a few
words that lead in (`Unfortunately, …`, `Podle dokumentů …`).
"""

import re

from bot.languages import fold
from bot.retrieval.sentences import sentences

_LONGEST_ANSWER = 600
"""Characters: an answer that is longer says something, however it begins."""

_LONGEST_SENTENCE = 300


def declined(text: str) -> bool:
    """Whether the answer `text` as a whole says that the documents don't tell, or that the model doesn't know.

    It must begin so, and no "but …" may bring an answer after all.
    """
    said = sentences(text) if len(text) <= _LONGEST_ANSWER else ()
    return bool(said) and refuses(said[0]) and not any(_BUT.match(_plain(later)) for later in said[1:])


def refuses(sentence: str) -> bool:
    """Whether one sentence says so, without a "but …" behind it that is an answer after all."""
    plain = _plain(sentence)
    found = _REFUSAL.match(plain)
    return found is not None and not _BUT.search(plain, found.end())


_DECORATION = " \t\n\r*_\"'„“”‚‘’>`«»([-–—#"


def _plain(sentence: str) -> str:
    return " ".join(fold(sentence[:_LONGEST_SENTENCE]).lower().replace("’", "'").split()).strip(_DECORATION)


def _any(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


def _few(most: int) -> str:
    """Up to `most` words, each with the space behind it."""
    return rf"(?:[\w'-]+ ){{0,{most}}}?"


# --- English --------------------------------------------------------------------------------------------------

_DETERMINERS = r"(?:(?:given|provided|above|supplied|available|attached|these|this|the|your|any) )*"
_DOCUMENTS = _DETERMINERS + _any(
    r"documents?(?: \d+)?", "documentation", "texts?", "passages?", "context", "sources?", "excerpts?", "information",
    "files?", "attachments?",
)  # fmt: skip
_NOT = _any(
    "do not", "does not", "don't", "doesn't", "did not", "didn't", "cannot", "can't", "could not", "couldn't", "is not",
    "isn't", "are not", "aren't", "was not", "wasn't",
)  # fmt: skip
_TELL = _any(
    "say", "mention", "specify", "state", "describe", "address", "cover", "discuss", "answer", "explain", "indicate",
    "tell", "refer",
)  # fmt: skip
_HOLD = _any("contain", "include", "provide", "give", "have", "offer")
_TOLD = _any(
    "mentioned", "specified", "stated", "described", "provided", "given", "covered", "found", "available", "included",
    "contained", "in the", "part of",
)  # fmt: skip
_TOLD_IN = _any(
    "mentioned", "specified", "stated", "described", "provided", "given", "covered", "discussed", "addressed",
    "explained", "found", "included",
)  # fmt: skip
_ANSWER = _any(
    "information", "answers?", "details?", "instructions?", "mentions?", "data", "anything", "references?", "this", "it"
)
_ENGLISH_LEAD = _any(
    r"(?:i'?m |i am )?(?:very |so )?sorry", "unfortunately", r"i apologi[sz]e", "no",
    rf"(?:based on|according to|from|in) {_DOCUMENTS}",
)  # fmt: skip
_ENGLISH = (
    rf"i {_few(1)}(?:do not|don't|cannot|can't) (?:know|say|tell|answer|determine)\b",
    rf"i {_few(1)}{_any(_NOT, 'was unable to', 'am unable to')} (?:find|see|have|locate|provide) {_few(5)}{_ANSWER}\b",
    r"i (?:have|found|find|see) (?:no|nothing)\b",
    rf"{_DOCUMENTS} {_few(3)}{_NOT} {_few(1)}{_TELL}\b",
    rf"{_DOCUMENTS} {_few(3)}{_NOT} {_few(1)}{_HOLD} {_few(5)}{_ANSWER}\b",
    rf"{_DOCUMENTS} {_few(3)}(?:{_HOLD}s?|ha[sd]|says?|mentions?) (?:no|nothing)\b",
    rf"there (?:is|are|was) (?:no|not any|nothing) {_few(4)}(?:{_ANSWER}|documents?|about)\b",
    rf"no {_few(1)}(?:information|answer|mention|details?)\b",
    rf"(?:it|this|that|{_few(2)}(?:answer|information) {_few(6)})\b ?{_NOT} {_few(1)}{_TOLD}\b",
    rf"{_few(12)}{_NOT} {_few(1)}{_TOLD_IN} (?:anywhere )?(?:in|by) {_DOCUMENTS}\b",
    r"(?:unknown|not (?:mentioned|specified|stated|found|provided|known|available))\b",
    rf"none of {_few(3)}(?:documents?|texts?|passages?|sources?|files?)\b",
)

# --- Czech ----------------------------------------------------------------------------------------------------

_TYTO = _any(
    "techto", "tech", "ty", "tyto", r"uveden\w+", r"dan\w+", r"dostupn\w+", r"poskytnut\w+", r"vas\w+", r"zadn\w+",
    r"prilozen\w+",
)  # fmt: skip
_DOKUMENTY = rf"(?:(?:v|ve|z|ze|podle|dle|na zaklade) )?(?:{_TYTO} )*" + _any(
    r"dokument\w*", r"text\w*", r"podklad\w*", r"zdroj\w*", r"uryv\w*", r"kontext\w*", r"soubor\w*", r"priloh\w*",
) + r"(?: \d+)?"  # fmt: skip
_V_DOKUMENTECH = rf"(?:v|ve) (?:{_TYTO} )*(?:dokument|text|podklad|zdroj|soubor|priloh)\w*"
_O_TOM = r"(?:(?:o|k|na) (?:tom|tomu|to|tomto) )?"
_TO = _any("to", "tohle", "o tom", "k tomu", r"(?:tato |takova |zadna )?(?:informace|odpoved)(?: \w+){0,5}?")
_NEUVADI = _any(
    r"neuvad\w+", r"nerik\w+", r"nezmin\w+", r"neobsah\w+", r"nepopis\w+", r"nespecifik\w+", r"nehovor\w+", "nemluvi",
    r"neodpovid\w+", r"nepis\w+", r"nevyplyv\w+", r"nedozv\w+", r"nenach\w+", r"nevyskyt\w+",
)  # fmt: skip
_NENI = r"(?:neni|nejsou|nebyl[aoy]?)"
_UVEDENO = _any(
    r"uvad\w+", r"uved\w+", r"zmin\w+", r"popsan\w+", r"obsaz\w+", r"specifik\w+", "k dispozici", r"dostupn\w*",
    "soucasti", "k nalezeni", r"znam\w+", r"zadn\w+", "nic", r"v dokument\w*",
)  # fmt: skip
_CZECH_LEAD = _any("bohuzel", "lituji", "je mi lito", "omlouvam se", "prominte", "ne", _DOKUMENTY)
_CZECH = (
    r"(?:to |tohle )?(?:nevim|neznam|nedokazu|nemohu|nemuzu|neumim)\b",
    rf"{_O_TOM}(?:nemam|nevidim) {_few(4)}(?:informac\w*|odpoved\w*|nic|zminku|udaj\w*)",
    rf"(?:nenasl[ao]|nenasel|nenalezl[ao]?) jsem {_few(5)}(?:informac\w*|odpoved\w*|nic|zminku|udaj\w*)",
    rf"{_O_TOM}jsem (?:{_DOKUMENTY} )?{_few(3)}(?:nenasl[ao]|nenasel|nenalezl[ao]?)\b",
    rf"{_O_TOM}(?:{_TO} )?(?:se )?{_DOKUMENTY} (?:(?:se|o|to|tom|tomto|k|tomu|nic|zadne|zadnou|zadny) )*{_NEUVADI}",
    rf"{_TO} (?:se )?(?:{_DOKUMENTY} )?(?:se )?{_NEUVADI}",
    rf"{_TO} (?:{_DOKUMENTY} )?{_NENI} (?:(?:zde|tu|nikde|{_DOKUMENTY}) )*{_UVEDENO}",
    rf"{_DOKUMENTY} {_O_TOM}(?:to )?(?:{_NENI} {_few(3)}{_UVEDENO}|(?:nic|zadn\w+ \w+) {_NENI}|{_NENI}$)",
    rf"{_few(10)}{_NENI} (?:{_UVEDENO} )?{_V_DOKUMENTECH}(?: {_UVEDENO})?\b",
    rf"{_few(10)}se {_V_DOKUMENTECH} {_NEUVADI}",
    rf"{_few(10)}se {_NEUVADI} {_V_DOKUMENTECH}",
    rf"{_O_TOM}(?:nic|zadn\w+ \w+) (?:{_DOKUMENTY} )?(?:{_NENI}|{_NEUVADI})",
    rf"zadny z {_few(2)}(?:dokument|text|zdroj|soubor)\w* {_few(3)}{_NEUVADI}",
    rf"(?:nelze|neni mozne) {_few(4)}(?:odpovedet|urcit|zjistit|rici)\b",
)

_REFUSAL = re.compile(
    rf"(?:{_any(_ENGLISH_LEAD, _CZECH_LEAD)}[,.;:!–-]* (?:but |that |ale |ze )?)*{_any(*_ENGLISH, *_CZECH)}"
)
_BUT = re.compile(r"\b(?:but|however|although|though|nevertheless|ale|avsak|nicmene|presto|ovsem)\b")
