"""Whether people outside a profession can be expected to know a word.

>>> is_common_word("kørestolsbruger", "da"), is_common_word("telepol", "da")
(True, False)
"""

from functools import lru_cache

import simplemma

from matchmaker.words.compounds import split_compound
from matchmaker.words.inflection import base_forms
from matchmaker.words.language import DICTIONARIES

_LONG_ENDING = 5


@lru_cache(maxsize=50_000)
def is_common_word(word: str, language: str) -> bool:
    """Whether a lower-case word, or the parts of a Danish compound, stand in a dictionary.

    English is looked up for every text: Danes write "workflow" and "feedback".
    """
    return any(_is_in_dictionary(word, code) for code in dict.fromkeys((language, "en"))) or (
        language == "da" and _is_danish_compound(word)
    )


def _is_in_dictionary(word: str, language: str) -> bool:
    return bool(simplemma.is_known(word, DICTIONARIES[language], low_memory=True))


def _is_danish_compound(word: str) -> bool:
    """Whether it can be taken apart, or ends with a long word: "knæpatienter"."""
    if any(split_compound(form) for form in base_forms(word, "da")):
        return True
    return any(
        _is_in_dictionary(word[cut:], "da") for cut in range(2, len(word) - _LONG_ENDING + 1)
    )
