"""Owns the guess in which of Sova's languages a text is written. Pure.

Small words decide, with diacritics stripped, so that Czech typed without them counts as well; letters that only Czech
has decide the rest. Words that both languages share (`to`, `do`, `on`, `my`, …) say nothing and are left out.
"""

import re
import unicodedata
from collections.abc import Iterable

from bot.messages import Language

# ruff: noqa: SIM905 - word lists are read and mended as prose
_CZECH_WORDS = frozenset(
    """
    ahoj ale ano asi az bez bude budu byl byla bylo byt chci co dale dekuji diky dnes ho ja jak jake jako jaky jaka
    jakou je jeho jeji jejich jen jeste jestli jez ji jich jim jsem jsi jsme jsou jste k kam kde kdo kdy kdyz ke kolik
    ktera ktere kteri kterou ktery lze mam mame mate maji mezi mi mit mne mnou moc mohu moje muj muze muzu na nad
    nam nas nase ne nebo nejak nejsou neni nemam nez nic o od pak po pod podle pokud porad
    potrebuji potrebuju prace pred pres pri pro proc proto protoze prosim rekni s se si smi staci sve svuj
    ta tady tak take takze tam te tento tedy ted tim tohle toho tom tomu tu ty uz v vam vas vase
    ve vec vse vsechno vubec vysvetli z za zda ze
    """.split()
)
_ENGLISH_WORDS = frozenset(
    """
    about all also am an and any are at be been between both but can could did does doing english explain for from give
    had has have hello help her here him his how if in into is it its just know let like many more most much must
    need not of one only or other our out please show she should some such tell than thank thanks that the their
    them then there these they this those up use was we were what when where which while who why will with would
    you your
    """.split()
)
_SMALL_IN_BOTH = frozenset("a i me my by do on to the as so or no he she we us aby jako pokud".split())
_CZECH_LETTERS = frozenset("ěřůťď")
_COMMON_WITH_SLOVAK = frozenset("áčéíňóšúýž")
_FOREIGN_LETTERS = frozenset("äöüßłąęśćźżľĺŕôàèùçñõœæøåœșțğış")
_WORDS = re.compile(r"(?<!['’])\b[^\W\d_]+")
"""Letters in a row; what stands behind an apostrophe is no word of its own (`Ota's`)."""
_IN_NAMES = 0.2
"""How much letters count that only words with a capital have: many who ask in English are called Jiří."""


def detect(text: str) -> Language | None:
    """The language of `text` when it is plainly Czech or English, else None. Looks at the first 2 000 characters."""
    czech, english = _votes(unicodedata.normalize("NFC", text[:2000]))
    if czech > english:
        return Language.CZECH
    return Language.ENGLISH if english > czech else None


def carried(texts: Iterable[str]) -> list[Language | None]:
    """The language of each text; one that tells none ("And Ollama?") goes on in that of the text before it."""
    languages: list[Language | None] = []
    for text in texts:
        languages.append(detect(text) or (languages[-1] if languages else None))
    return languages


def is_small_word(word: str) -> bool:
    """Whether `word`, in lower case and without diacritics, is one that says nothing about what a text is about."""
    return word in _CZECH_WORDS or word in _ENGLISH_WORDS or word in _SMALL_IN_BOTH


def fold(text: str) -> str:
    """`text` without diacritics."""
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFD", text)
    for mark in filter(
        unicodedata.combining, set(folded)
    ):  # only a few differ, so twice as fast as character by character
        folded = folded.replace(mark, "")
    return folded


def _votes(text: str) -> tuple[float, float]:
    letters = frozenset(text.lower())
    if letters & _FOREIGN_LETTERS and not letters & _CZECH_LETTERS:
        return 0, 0
    words = _WORDS.findall(fold(text.lower()))
    czech = sum(word in _CZECH_WORDS for word in words)
    english = sum(word in _ENGLISH_WORDS for word in words)
    common = frozenset().union(*(word for word in _WORDS.findall(text) if word[0].islower()))
    marks = _marks(common) + _IN_NAMES * _marks(letters - common)
    return czech + marks, float(english)


def _marks(letters: frozenset[str]) -> float:
    """How much letters alone speak for Czech."""
    return 1.5 * len(letters & _CZECH_LETTERS) + 0.5 * len(letters & _COMMON_WITH_SLOVAK)
