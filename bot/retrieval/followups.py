"""Owns the follow-ups: which questions can't be understood alone, and how they are made to stand alone.

Pure. Small words decide, in Czech with and without diacritics: a question that opens with "and", points at something
that it doesn't name, or names nothing at all depends on what was said before.
"""

import re
from collections.abc import Sequence

from bot.languages import detect, fold
from bot.messages import Language

# ruff: noqa: SIM905 - word lists are read and mended as prose
_OPENINGS = {
    None: frozenset("a ale and but nebo or pak potom then so tak takze".split()),
    Language.CZECH: frozenset("a ale nebo pak potom tak takze jenze".split()),
    Language.ENGLISH: frozenset("and but or then so".split()),
}
"""By the question's language: an English question that begins with `A` begins with an article."""

_POINTERS = frozenset(
    """
    it its it's them they they're their theirs he him she her
    ho jej ji ni nej nim mu nemu jim nimi jich nich jeho jejich
    to toho tomu tom tim tohle tohoto tomhle timhle tohodle tahle tenhle tuhle tyhle tento tuto
    """.split()
)
_DEMONSTRATIVES = frozenset("this that these those".split())
_SAME = re.compile(
    r"\b(the same( thing| way)?(?= (in|for|with|on|as well|there)\b|\W*$)|(the|that|this|another|which) ones?\b"
    r"|the other( ones?)?\W*$|(anything|something|what|where|how) else\b|instead\W*$|otherwise\W*$|the opposite"
    r"|(the )?(former|latter)\b|(to|ten|tu|ta|totez|tim) same\b|totez\b|(naopak|opacne|jinak|jinde|jinam)\W*$"
    r"|misto (toho|nej|ni)\b|(in|v) (that|tom|takovem) (case|pripade)\b|jeste neco\b|neco jineho\W*$"
    r"|(^|\W)t(en|a|o|u) (druh|prvn|posledn|dals)\w+\W*$)"
)
_ABOUT = re.compile(
    r"^\W*(what|how) about\b|^\W*(co|coz) (treba|takhle)\b|^\W*co kdyz? (ho|ji|je|to|tam|by)\b|^\W*tell me more"
)
_ACCUSATIVE_JE = re.compile(r"\b(kde|jak|kdy|kam|cim|proc|kdo) je (\w+(u|am|im|ame|ime|eme))\W*$")  # "kde je najdu?"
_EXPLETIVES = re.compile(
    r"\b(is|was|would|will|isn't|could) it"
    r" (possible|ok|okay|safe|allowed|worth|better|necessary|true|hard|easy|best|legal|normal|a good)\b"
    r"|\bis there\b|\bare there\b|\bit is (possible|safe|necessary)\b|\b(does|will|would|did) it (take|cost)\b(?= \w+)"
    r"|\b(so|such|now|see|say|says|said|sure|know|means?) that\b"
    r"|\b(co|kdo|kolik) (je|jsou|byl|byla|znamena|to je|to znamena|to jsou) (to )?(?=\w)"
    r"|\bjak to,? ze\b|\bje to (mozne|nutne)\b"
    r"|\b(to|tom|toho|tomu|tim),? (ze|aby|jak|co|kdyz|kdo|jestli|kde|kdy)\b"
)
_FUNCTION_WORDS = frozenset(
    """
    a about after all also am an and any are as at be because been before but by can could did do does doing done else
    even for from get go got had has have how i i'd i'm if in into is isn't just let like long make many may me might
    more much must my need new not now of off on one only or other our out please shall should show so some still such
    than thanks that the then there these this those to too up us use very want was way we were what what's when where
    where's which while who who's why will with without would yes no you your ok okay well again really it it's them
    they its
    ahoj aby ale ani ano asi az bez bude budu by byl byla bylo byt chci chtel co da dal dale dalsi dej delam delat dela
    diky do dobre ho i ja jak jake jako jaky jaka jakou je jeden jednou jej jen jeste jestli ji jich jim jinak jit jde
    jsem jsi jsme jsou k kam kde kdo kdy kdyz ke kolik ktera ktere kteri kterou ktery ktereho lze ma mam mame mate
    me mezi mi mit mne mohl mohla mohu moje moc mu muj mup muze muzes muzeme muzu na nad nam nas ne nebo neco
    nejak nejde neni
    nektery nez nic ni nim o od on ona oni ono pak po pod podle pokud porad potom prave pred pres pri pro proc proto
    prosim rict s se si snad svuj ta tady tak take taky takhle takze tam te ted tedy ten tento ti tim to toho tohle tom
    tomu treba trochu tu ty u uz v ve vice vic vlastne vsak vse vsechno vubec za zase zda ze zpatky udelat udelam uz jo
    """.split()
)
_PREPOSITIONS = frozenset("in on for with without from at under v ve na pro s bez pod u pri podle z".split())
_QUESTION_WORDS = frozenset(
    "which what whose whom how kolik kolika kterem ktere kterou jakem jake jakou co cem ceho koho kom cim kym".split()
)
_FILLERS = frozenset("ok okay yes no thanks ano jo ne dobre dobra diky hm aha super".split())
_BARE_VERBS = frozenset("work works mean happen help apply matter count cost change require".split())
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_CLAUSE = re.compile(r"[,;:.?!–—]|\b(?:and|or|but|a|nebo|ale)\b")

_NAMED_ENOUGH = 2
"""Words that name something, its verb among them: "freeze it" points back, "freeze a date so that it stays" doesn't."""

_FRAGMENT = 4
"""Words; a question this short that opens with a preposition is the rest of an earlier one: "on a Mac?"."""

_CONTEXT_CHARS = 600
_LONGEST_CHAIN = 3


def needs_context(question: str) -> bool:
    """Whether `question` can't be understood, and so not be searched for, without what was said before it."""
    text = fold(question).lower().replace("’", "'")
    words = _WORDS.findall(text)
    if not words:
        return False
    return (
        _opening(words) in _OPENINGS[detect(question)]
        or _ABOUT.search(text) is not None
        or _ACCUSATIVE_JE.search(text) is not None
        or _names_nothing(words)
        or _points_back(text, detect(question))
    )


def joined(previous: str, question: str) -> str:
    """Both questions as one search text, where no model can rewrite: the end of a long `previous` is enough."""
    before = " ".join(previous.split())
    if len(before) > _CONTEXT_CHARS:
        before = before[-_CONTEXT_CHARS:].partition(" ")[2]
    return f"{before} {question}".strip()


def standing_alone(question: str, earlier: Sequence[str]) -> str | None:
    """`question` joined with what it depends on; None when it stands alone, or nothing came before.

    `earlier` are the conversation's questions, oldest first. A follow-up of a follow-up takes in both.
    """
    context: list[str] = []
    for previous in reversed(earlier[-_LONGEST_CHAIN:]):
        if not needs_context(context[0] if context else question):
            break
        context.insert(0, previous)
    return joined(" ".join(context), question) if context else None


def _opening(words: Sequence[str]) -> str:
    """The first word that is more than a nod to the answer before: "ok, and in Czech?"."""
    return next((word for word in words if word not in _FILLERS), "")


def _names_nothing(words: Sequence[str]) -> bool:
    """Whether the question is a fragment: only small words, or a bare prepositional phrase."""
    if all(word in _FUNCTION_WORDS for word in words):
        return True
    return len(words) <= _FRAGMENT and words[0] in _PREPOSITIONS and _QUESTION_WORDS.isdisjoint(words[1:2])


def _points_back(text: str, language: Language | None) -> bool:
    """Whether a pronoun stands where too little was named before for it to point at."""
    clean = _EXPLETIVES.sub(" ", text)
    same = _SAME.search(clean)
    if same is not None and not _names_enough(clean[: same.start()]):
        return True
    return any(not _names_enough(clean[: match.start()]) for match in _pointers(clean, language))


def _pointers(text: str, language: Language | None) -> list[re.Match[str]]:
    return [match for match in _WORDS.finditer(text) if _is_pointer(match, text, language)]


def _is_pointer(match: re.Match[str], text: str, language: Language | None) -> bool:
    if match[0] == "to" and language is not Language.CZECH:
        return language is None and not _WORDS.search(text[match.end() :])
    if match[0] in _POINTERS:
        return True
    return match[0] in _DEMONSTRATIVES and _stands_for_a_noun(text[match.end() :])


def _stands_for_a_noun(rest: str) -> bool:
    """Whether `this` or `that` is followed by nothing that it could belong to: "does that work?", not "that file"."""
    after = _WORDS.match(rest.lstrip(" "))
    return after is None or after[0] in _FUNCTION_WORDS or after[0] in _BARE_VERBS


def _names_enough(before: str) -> bool:
    """Whether a pronoun after `before` may point at something in it: several things, or one in an earlier clause."""
    clauses = [_named(clause) for clause in _CLAUSE.split(before)]
    return sum(clauses) >= _NAMED_ENOUGH or any(clauses[:-1])


def _named(text: str) -> int:
    """How many words before a pronoun name something."""
    return sum(word not in _FUNCTION_WORDS and word not in _POINTERS for word in _WORDS.findall(text))


# --- rewriting by a model -------------------------------------------------------------------------------------

_REQUESTS = {
    Language.CZECH: (
        "Moje další otázka navazuje na náš rozhovor. Neodpovídej na ni. Přepiš ji do jedné otázky, které porozumí i "
        "ten, kdo rozhovor nečetl: zájmena a vynechaná slova nahraď tím, čeho se týkají. Napiš jen přepsanou otázku, "
        "a to česky."
    ),
    None: (
        "My next question continues our conversation. Do not answer it. Rewrite it as one question that can be "
        "understood without the conversation: put the things it refers to in place of pronouns and left-out words. "
        "Reply with the rewritten question only, in the same language."
    ),
}
_LABEL = re.compile(r"^\W*(rewritten question|question|přepsaná otázka|otázka)\W*:\s*", re.IGNORECASE)
_LONGEST_REWRITE = 400


def rewriting_request(question: str) -> str:
    """The user message that asks a model to rewrite `question`.

    It goes after the same system message and history as an answer's prompt, so that the engine has all of that in its
    cache already.
    """
    language = detect(question)
    request = _REQUESTS[language if language is Language.CZECH else None]
    return f"{request}\n\n{question.strip()}"


def rewritten(reply: str, question: str) -> str | None:
    """The rewritten question out of a model's reply; None when the reply is of no use, and joining must do."""
    lines = [line.strip() for line in reply.strip().splitlines() if line.strip()]
    if len(lines) != 1:
        return None
    text = _LABEL.sub("", lines[0]).strip(" \"'„“”*")
    if not text or len(text) > _LONGEST_REWRITE or fold(text).lower() == fold(question).lower():
        return None
    return text
