"""The message catalogues, for pages and mails alike."""

import io
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES = ("da", "en")
#: How dates are written: "16 October 2026", the order that Danes expect in English too.
DATE_LOCALES = {"da": "da", "en": "en_GB"}
_FOLDER = Path(__file__).resolve().parent


@lru_cache(maxsize=len(LANGUAGES))
def read_catalogue(language: str) -> NullTranslations:
    """Return the translations of one language; English, the language of the source, needs none.

    The .po file itself is read, so that no compiled copy can ever be stale or missing.
    """
    path = _FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
