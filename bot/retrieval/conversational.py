"""Owns telling which messages are about the conversation itself, so that no document answers them. Pure.

Greetings and thanks, what people say about themselves, what they want done with the last answer ("translate that into
Czech"), and what they ask about what was said before ("what did I ask first?"). The patterns read text in lower case
without diacritics. They are narrow: what they miss is searched for in the documents, which is the rule.
"""

import re

from bot.languages import fold

_MOST_WORDS = 12
"""A longer message brings something of its own."""


def is_conversational(message: str, *, has_history: bool) -> bool:
    """Whether `message` needs no documents; some only mean something where there is a history of answers."""
    plain = _plain(message)
    if _SMALL_TALK.fullmatch(plain) or (_INTRODUCTION.match(plain) and "?" not in message):
        return True
    return has_history and len(plain.split()) <= _MOST_WORDS and _ABOUT_WHAT_WAS_SAID.match(plain) is not None


def _plain(message: str) -> str:
    words = fold(message.lower()).replace("’", "'")
    return " ".join(re.sub(r"[\s,.;:!?…()\"„“”]+", " ", words).split())


def _any(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


_SMALL_TALK = re.compile(
    r"(?:hi|hello|hey|thanks?|thank you|thx|bye|good (?:morning|afternoon|evening)|who are you|what can you do"
    r"|ok(?:ay)?|great|ahoj|cau|nazdar|dobry (?:den|vecer)|dobre rano|diky|dekuji|dekuju|na shledanou|kdo jsi|co umis"
    r"|super|jasne)(?: (?:sova|there|everyone|moc|vsem|very much|a lot))*"
)

_GREETING = r"(?:(?:hi|hello|hey|ahoj|dobry den) )?"
_INTRODUCTIONS = _any(
    "my name is", r"i(?:'m| am) called", "call me", "(?:please )?(?:remember|note) that", r"jmenuj[iu] se",
    r"rikej(?:te)? mi", r"(?:prosim )?(?:za)?pamatuj(?:te)? si",
)  # fmt: skip
_INTRODUCTION = re.compile(rf"{_GREETING}{_INTRODUCTIONS}\b")

# --- what is asked about, or to be done with, what was said ----------------------------------------------------

_IT = _any(
    "that", "it", "this", r"(?:your|the|my) (?:(?:last|previous|first|above) )?(?:answer|reply|message|question)",
    "the above", r"what (?:you|i) (?:just )?said",
)  # fmt: skip
_TO = _any(
    "to", "tohle", "toto", r"(?:(?:svou|tu|tvou|svoji|tvoji|vasi|moji) )?(?:(?:posledni|predchozi|prvni) )?"
    r"(?:odpoved|otazku|zpravu)",
)  # fmt: skip
_PLEASE = (
    r"(?:(?:please|ok(?:ay)?|and|now|can you|could you|would you|prosim|a|ted|tak|muzes|muzete|mohla? bys(?:te)?) )*"
)

_ENGLISH = (
    rf"(?:translate|shorten|summari[sz]e|rephrase|reword|rewrite|paraphrase|repeat|simplify|say|explain) {_IT}\b",
    rf"(?:expand|elaborate) on {_IT}\b",
    rf"make {_IT} (?:shorter|longer|simpler|clearer|briefer|more|less|an?|into)\b",
    rf"(?:put|turn|write|give) (?:me )?{_IT} (?:again|as|into|in)\b",
    r"(?:(?:much |a bit )?(?:shorter|simpler|longer)|more briefly)(?: please)?$",
    r"(?:again|once more|continue|go on|keep going)(?: please)?$",
    r"what(?: is|'s| was) my (?:name|(?:first|last|previous) (?:question|message))\b",
    r"what (?:was|is) your (?:first|last|previous) (?:answer|message|reply)\b",
    r"who am i\b",
    r"(?:what|when) (?:did|have) (?:i|we) (?:just |already )?(?:say|said|ask|tell|told|talk|discuss)(?:ed)?\b",
    r"(?:did|do) (?:i|you) (?:tell|remember|know) (?:you )?(?:me|my name|who i am|what i)\b",
)
_CZECH = (
    rf"(?:preloz|zkrat|shrn|preformuluj|prepis|zopakuj|zjednodus|rekni|napis|vysvetli|rozved|rozepis)(?:te)? "
    rf"(?:mi |prosim )*{_TO}\b",
    rf"(?:mi )?{_TO} (?:mi |prosim )*"
    r"(?:prelozit|zkratit|shrnout|preformulovat|prepsat|zopakovat|zjednodusit|rict|napsat|vysvetlit|rozvest|rozepsat)\b",
    r"(?:(?:jeste )?(?:strucneji|kratceji|jednoduseji|podrobneji)|jeste jednou|znovu|pokracuj(?:te)?|dal)(?: prosim)?$",
    r"jak se jmenuj[iu]$",
    r"(?:jake je )?(?:moje jmeno|moje (?:prvni|posledni|predchozi) (?:otazka|zprava))\b",
    r"kdo jsem$",
    r"(?:co|na co|kdy) jsem (?:ti |te |se |vam |vas )*(?:pred chvili |prve )?(?:rek|rik|ps|nap|pt|zept|chtel)\w*",
    r"o cem jsme (?:se )?(?:mluvili|bavili)\b",
    r"(?:pamatujes|vis|pamatujete|vite) (?:si )?(?:me|moje jmeno|jak se jmenuj[iu]|kdo jsem|co jsem)\b",
)
_ABOUT_WHAT_WAS_SAID = re.compile(_PLEASE + _any(*_ENGLISH, *_CZECH))
