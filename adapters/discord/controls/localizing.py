"""Owns the Czech names and descriptions of slash commands, and what they are called where Discord speaks another one.

A name that people type is a sentence of its own: `slash-<command>`, `slash-<command>-<parameter>`, and
`slash-<command>-<parameter>-<choice>`. What has none is called the same in every language.
"""

import discord
from discord import app_commands

from bot.messages import Language
from bot.wording import speak

_SPOKEN = {discord.Locale.czech: Language.CZECH}


def sentence(key: str, *, otherwise: str = "") -> app_commands.locale_str:
    """The text `key` for Discord, in English; its translation is found by the key. `otherwise` where there is none."""
    say = speak(Language.ENGLISH)
    return app_commands.locale_str(say(key) if say.has(key) else otherwise, key=key)


class WordingTranslator(app_commands.Translator):
    """Asks Sova's own wording."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """What `string` is in `locale`; None leaves it in English."""
        del context
        key, language = string.extras.get("key"), _SPOKEN.get(locale)
        if key is None or language is None or not speak(language).has(key):
            return None
        return speak(language)(key)
