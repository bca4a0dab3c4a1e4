"""The words a text is found by: base forms, parts of Danish compounds, and numbers.

>>> search_words("Faldulykker hos 3 kørestolsbrugere", "da")
'faldulykke fald ulykke 3 kørestolsbruger kørestol bruge bruger'
>>> match_query('tryksår eller "liggesår"', "da")
'"tryksår" OR "tryk" OR "sår" OR "liggesår" OR "ligge"'
"""

import re
import unicodedata
from functools import lru_cache

import simplemma

from matchmaker.words.compounds import danish_lemmatizer, danish_words, split_compound
from matchmaker.words.language import DICTIONARIES
from matchmaker.words.small_words import SMALL_WORDS

_WORDS = re.compile(r"[^\W_]+")
# A "word" longer than this is a pasted key or address; looking for compounds in it is in vain.
_LONGEST_WORD = 60


def search_words(text: str, language: str) -> str:
    """Return the normalised words of a text, in its order, for an FTS5 column.

    Every word is in lower case and in its base form in `language` (one of ``LANGUAGES``; in any
    other the words stay as they are). Danish compounds are followed by their parts. Numbers stay,
    words of grammar and single letters go.
    """
    return " ".join(_normalised(text, language))


def match_query(text: str, language: str) -> str:
    """Return an FTS5 expression that finds every text sharing a normalised word with `text`.

    It is always valid, whatever was typed, and finds nothing when no word remains. Order with
    ``bm25``: the expression is a plain OR, as rare words and several hits should count.
    """
    words = dict.fromkeys(_normalised(text, language))
    return " OR ".join(f'"{word}"' for word in words) or '""'


def _normalised(text: str, language: str) -> list[str]:
    words = _WORDS.findall(unicodedata.normalize("NFKC", text).lower())
    return [form for word in words for form in _forms(word, language)]


@lru_cache(maxsize=100_000)
def _forms(word: str, language: str) -> tuple[str, ...]:
    """Return what a lower-case word is found by, most specific first; nothing if small."""
    if word in SMALL_WORDS.get(language, ()) or (len(word) == 1 and not word.isnumeric()):
        return ()
    if word.isnumeric() or len(word) > _LONGEST_WORD or language not in DICTIONARIES:
        return (word,)
    if language == "da":
        return _danish_forms(word)
    return (_one_word(simplemma.lemmatize(word, DICTIONARIES[language], low_memory=True), word),)


def _danish_forms(word: str) -> tuple[str, ...]:
    if danish_words().lemmas.get(word) is not None:
        whole = _danish_bases(word)
        parts = split_compound(whole[-1])
    elif parts := split_compound(word):
        # Rules for endings guess at unknown words; the known last part tells better.
        beginning = word.removesuffix(parts[-1])
        whole = tuple(beginning + base for base in _danish_bases(parts[-1]))
    else:
        whole = _danish_bases(word)
        parts = split_compound(whole[-1])
    ends = _danish_bases(parts[-1]) if parts else ()
    return tuple(dict.fromkeys((*whole, *parts[:-1], *ends)))


def _danish_bases(word: str) -> tuple[str, ...]:
    """Return the base form, and the word itself when it is the base form of others.

    simplemma knows "borger" as a form of the verb "borge" but makes "borger" of "borgere": only
    with both do the two meet.
    """
    lemma = _one_word(danish_lemmatizer().lemmatize(word, "da"), word)
    return (lemma, word) if lemma != word and word in danish_words().bases else (lemma,)


def _one_word(lemma: str, word: str) -> str:
    """Return the lemma in lower case, or the word when its lemma is written as several."""
    lowered = unicodedata.normalize("NFKC", lemma).lower()
    return lowered if _WORDS.fullmatch(lowered) else word
