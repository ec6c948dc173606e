"""Owns the judgement whether a passage supports a sentence: shared words, and every number, quotation and name in it.

Pure, and lexical unless a measure of likeness is given. Words are compared by their stems without diacritics, weighed
by how few of the passages hold them; numbers by their value, however they are written.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from bot.languages import detect, fold, is_small_word
from bot.messages import Passage

Likeness = Callable[[str, str], float]
"""How alike a sentence and a passage are in meaning, from 0 to 1, calibrated so that `ENOUGH` is the border."""

ENOUGH = 0.5
"""The share of a sentence's words, weighed by rarity, that a passage must hold to support it."""

_ENOUGH_WITH_FACTS_FOREIGN = 0.1
_ECHO = 0.5
_STEM_LETTERS = 5
_NEAR_BEST = 0.98
_MOST = 2

_KEYS = {
    "control": "ctrl", "strg": "ctrl", "command": "cmd", "return": "enter", "escape": "esc", "delete": "del",
    "insert": "ins",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]\w*|\d+(?:[.,:]\d+|[ \u00a0\u202f]\d{3}(?!\d))*|_\w*")
_QUOTED = re.compile(r"„([^„“”\n]+)[“”]|“([^“”\n]+)”|\"([^\"\n]+)\"|«([^«»\n]+)»|»([^«»\n]+)«|`+([^`\n]+)`+")
_EMPHASIS = re.compile(r"[*~]+|(?<!\w)_+|_+(?!\w)")
_OPENS_A_CLAUSE = frozenset(".!?…:;([{\"'„“«»`•›>/|–—-")
_POLITE = re.compile(r"vy|vas\w*|vam\w*|tv\w+|i|im|ill|ive|id")
_GAP = re.compile(r"[ \u00a0\u202f]")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence says that can be looked up.

    `stems` are its words that carry meaning; `numbers` its numbers, each as the ways it may be read; `phrases` what it
    quotes or sets as code; `names` the stems of its names and keys.
    """

    stems: frozenset[str]
    numbers: tuple[tuple[frozenset[str], ...], ...]
    phrases: tuple[str, ...]
    names: frozenset[str]
    language: str

    @property
    def has_facts(self) -> bool:
        """Whether there is anything that must be in the passage to the letter."""
        return bool(self.numbers or self.phrases or self.names)

    @property
    def says_something(self) -> bool:
        """Whether there is enough in it to need support; `Yes.` hasn't."""
        return self.has_facts or len(self.stems) > 1


@dataclass(frozen=True, slots=True)
class _Source:
    """A passage, ready to be compared with."""

    stems: frozenset[str]
    words: str
    numbers: frozenset[str]
    language: str
    text: str


class Evidence:
    """The passages of one turn. What `question` says already counts less: an answer that repeats it proves nothing."""

    def __init__(self, passages: Sequence[Passage], *, question: str = "", likeness: Likeness | None = None) -> None:
        self._sources = tuple(map(_source, passages))
        self._echo = frozenset(_stems(question))
        self._language = detect(question) or ""
        self._likeness = likeness

    def supports(self, sentence: str, numbers: Iterable[int]) -> bool:
        """Whether these passages (numbered from 1), taken together, support the sentence."""
        chosen = [number - 1 for number in numbers]
        return bool(chosen) and self._score(claim(sentence), sentence, chosen) >= ENOUGH

    def supporting(self, sentence: str) -> tuple[int, ...]:
        """The numbers of the passages that support the sentence: the best one, those as good, or two together."""
        made = claim(sentence)
        single = {at: self._score(made, sentence, [at]) for at in range(len(self._sources))}
        best = max(single.values(), default=0.0)
        if best >= ENOUGH:
            near = sorted((at for at in single if single[at] >= best * _NEAR_BEST), key=lambda at: -single[at])
            return tuple(sorted(at + 1 for at in near[:_MOST]))
        pairs = {pair: self._score(made, sentence, pair) for pair in combinations(single, 2)}
        together = max(pairs, key=lambda pair: pairs[pair], default=())
        return tuple(at + 1 for at in together) if together and pairs[together] >= ENOUGH else ()

    def _score(self, made: Claim, sentence: str, chosen: Sequence[int]) -> float:
        """From 0 to 1; 0 as soon as a fact of the sentence is missing from the chosen passages."""
        sources = [self._sources[at] for at in chosen]
        language = made.language or self._language
        foreign = all(source.language and language not in {"", source.language} for source in sources)
        if not _has_facts(made, sources, foreign=foreign):
            return 0.0
        shared = self._shared(made, sources)
        alike = max((self._likeness(sentence, one.text) for one in sources), default=0.0) if self._likeness else 0.0
        if foreign and made.has_facts and shared >= _ENOUGH_WITH_FACTS_FOREIGN:
            return max(ENOUGH, shared, alike)
        return max(shared, alike)

    def _shared(self, made: Claim, sources: Sequence[_Source]) -> float:
        """The share of the sentence's stems that the sources hold; 1 when it consists of facts alone."""
        held = frozenset[str]().union(*(source.stems for source in sources))
        weights = {stem: self._weight(stem, is_held=stem in held) for stem in made.stems}
        mass = sum(weights.values())
        return sum(weights[stem] for stem in made.stems & held) / mass if mass else 1.0

    def _weight(self, stem: str, *, is_held: bool) -> float:
        """A stem that all passages hold tells little about one of them; one that only the question has tells less."""
        if not is_held:
            return _ECHO if stem in self._echo else 1.0
        holders = sum(stem in source.stems for source in self._sources)
        return math.log1p(len(self._sources) / holders)


def claim(sentence: str) -> Claim:
    """What `sentence` says that can be looked up."""
    plain = _EMPHASIS.sub("", sentence)
    phrases = tuple(
        phrase for found in _QUOTED.finditer(plain) if (phrase := _folded_words(found[found.lastindex or 0]))
    )
    return Claim(
        stems=frozenset(_stems(plain)),
        numbers=tuple(map(_readings, _number_tokens(plain))),
        phrases=phrases,
        names=frozenset(_names(_QUOTED.sub(" ", plain))),
        language=detect(plain) or "",
    )


def _has_facts(made: Claim, sources: Sequence[_Source], *, foreign: bool) -> bool:
    """Whether every fact is in the sources. Names are translated (March, března), so not asked of foreign ones."""
    held = frozenset[str]().union(*(source.stems for source in sources))
    numbers = frozenset[str]().union(*(source.numbers for source in sources))
    return (
        all(any(reading <= numbers for reading in readings) for readings in made.numbers)
        and all(any(f" {phrase} " in source.words for source in sources) for phrase in made.phrases)
        and (foreign or made.names <= held)
    )


def _source(passage: Passage) -> _Source:
    text = "\n".join((passage.title, *passage.headings, passage.text))
    numbers = (number for token in _number_tokens(text) for reading in _readings(token) for number in reading)
    return _Source(
        stems=frozenset(map(_stem, _words(text))),
        words=f" {_folded_words(text)} ",
        numbers=frozenset(numbers),
        language=passage.language,
        text=text,
    )


# --- words ----------------------------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    """The words of `text`, small and without diacritics, keys by one name each; numbers are left out."""
    found = (fold(word).lower() for word in _WORD.findall(text) if not word[0].isdecimal())
    return [_KEYS.get(word, word) for word in found]


def _stem(word: str) -> str:
    """The first letters; what holds a digit or `_` is a name and stays whole."""
    return word if "_" in word or any(map(str.isdecimal, word)) else word[:_STEM_LETTERS]


def _stems(text: str) -> Iterator[str]:
    return (_stem(word) for word in _words(text) if len(word) > 1 and not is_small_word(word))


def _folded_words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text).lower()))


def _names(text: str) -> Iterator[str]:
    """The stems of words that are names by the look of them; a capital at a clause's beginning proves nothing."""
    for found in _WORD.finditer(text):
        word = found[0]
        if word[0].isdecimal() or len(word) < 2:
            continue
        before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
        begins = not before or before[-1] in _OPENS_A_CLAUSE
        is_key = before.endswith("+") or after.startswith("+")
        if is_key or _looks_special(word) or (word[0].isupper() and not begins):
            folded = fold(word).lower()
            if not _POLITE.fullmatch(folded) and not is_small_word(folded):
                yield _stem(_KEYS.get(folded, folded))


def _looks_special(word: str) -> bool:
    """Whether a word is a name wherever it stands: `WireGuard`, `PDF`, `F5`, `team_conf`."""
    return "_" in word.strip("_") or any(map(str.isdecimal, word)) or any(map(str.isupper, word[1:]))


# --- numbers --------------------------------------------------------------------------------------------------


def _number_tokens(text: str) -> Iterator[str]:
    return (found[0] for found in _WORD.finditer(text) if found[0][0].isdecimal())


def _readings(token: str) -> tuple[frozenset[str], ...]:
    """The ways to read a number: 1.500 may be one and a half or fifteen hundred, 12 300 one number or two."""
    *groups, last = _GAP.split(token)
    readings = list(_choices([_values(part) for part in (*groups, last)]))
    if _are_thousands([*groups, re.split(r"[.,:]", last)[0]]):
        readings += _values("".join((*groups, last)))
    return tuple(readings)


def _choices(singles: Sequence[Sequence[frozenset[str]]]) -> Iterator[frozenset[str]]:
    """Every way to read all parts: each in its first way, in its second, …; those with fewer stay with their last."""
    for at in range(max(map(len, singles))):
        yield frozenset[str]().union(*(values[min(at, len(values) - 1)] for values in singles))


def _values(number: str) -> list[frozenset[str]]:
    """The values of a number without spaces: with thousands set apart, with a decimal part, or piece by piece."""
    pieces = re.split(r"[.,:]", number)
    signs = re.findall(r"[.,:]", number)
    if not signs:
        return [frozenset([_plain(number)])]
    values = []
    if ":" not in signs and len(set(signs)) == 1 and _are_thousands(pieces):
        values.append(frozenset([_plain("".join(pieces))]))
    if len(signs) == 1 and signs[0] != ":":
        values.append(frozenset([_plain(".".join(pieces))]))
    if len(set(signs)) == 2 and ":" not in signs and _are_thousands(pieces[:-1]):
        values.append(frozenset([_plain("".join(pieces[:-1]) + "." + pieces[-1])]))
    if len(signs) > 1 or ":" in signs:
        values.append(frozenset(map(_plain, pieces)))
    return values


def _are_thousands(pieces: Sequence[str]) -> bool:
    head, *rest = pieces
    return (
        bool(rest) and head != "0" and len(head) <= 3 and all(len(piece) == 3 and piece.isdecimal() for piece in rest)
    )


def _plain(number: str) -> str:
    """One spelling for each value: no leading zeros, no zeros behind the last decimal."""
    value = Decimal(number)
    return f"{value:f}".rstrip("0").rstrip(".") if "." in number else str(int(value))
