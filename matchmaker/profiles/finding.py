"""Which published profiles answer the words that somebody typed, best first.

Exact words come before meaning, because who types a rare word wants that word; then the other
words of the themes that were asked for; meaning comes before common words and mere parts of
compounds, because those tell little.
"""

import re
from collections.abc import Sequence
from math import log

from matchmaker.database import Database
from matchmaker.profiles.finding_by_theme import rank_by_theme, read_question
from matchmaker.profiles.register import Register
from matchmaker.words.language import detect_language
from matchmaker.words.search import match_query

MOST_WORDS = 30
MOST_SCORED = 400
# What a part of a compound is worth beside the whole: "tryk" beside "tryksår".
PART_WEIGHT = 0.3
# A hit counts as exact from this share of the best score on: it has the rare words then.
EXACT_SHARE = 0.35
# Below this share only a common word is shared.
LEAST_SHARE = 0.1
# Where meaning has answered, sharing a part of a word is no reason to be shown.
LEAST_SHARE_BESIDE_MEANING = 0.5

_WORDS = re.compile(r"\w+")


def rank(db: Database, register: Register, text: str, nearest: Sequence[int] = ()) -> list[int]:
    """Return ids that answer `text`: by its rare words, by its themes, by meaning, by any word.

    `nearest` are ids by meaning, nearest first; without them words alone decide. The themes of a
    question that says much besides come after its meaning.
    """
    weights = _asked_words(text)
    published = _published(db, register)
    holders = {word: published.intersection(_holders(db, register, word)) for word in weights}
    scores = _scores(weights, holders, len(published))
    wholes = [word for word, weight in weights.items() if weight == 1.0]
    for found, score in _bm25(db, register, wholes):
        if found in scores:
            scores[found] += score
    hits = sorted(scores, key=lambda found: (-scores[found], found))
    best = scores[hits[0]] if hits else 0.0
    whole = frozenset[int]().union(*(holders[word] for word in wholes))
    exact = [found for found in hits if scores[found] >= best * EXACT_SHARE and found in whole]
    share = LEAST_SHARE_BESIDE_MEANING if nearest else LEAST_SHARE
    loose = [found for found in hits if scores[found] >= best * share]
    asked = read_question(text)
    themed = rank_by_theme(db, register.noun, asked.concepts, len(published))
    if asked.is_theme:
        return list(dict.fromkeys([*exact, *themed, *nearest, *loose]))
    return list(dict.fromkeys([*exact, *nearest, *loose, *themed]))


def find_answers(db: Database, register: Register, text: str) -> frozenset[int]:
    """Return the ids that surely answer `text`: those with its rare words, or all about its theme.

    Where nobody looks at the list, what only shares a common word or comes close is left out.
    """
    weights = _asked_words(text)
    published = _published(db, register)
    holders = {word: published.intersection(_holders(db, register, word)) for word in weights}
    scores = _scores(weights, holders, len(published))
    best = max(scores.values(), default=0.0)
    wholes = (holders[word] for word, weight in weights.items() if weight == 1.0)
    whole = frozenset[int]().union(*wholes)
    exact = frozenset(found for found in whole if scores[found] >= best * EXACT_SHARE)
    asked = read_question(text)
    if not asked.is_theme:
        return exact
    return exact | {*rank_by_theme(db, register.noun, asked.concepts, len(published))}


def _scores(
    weights: dict[str, float], holders: dict[str, frozenset[int]], total: int
) -> dict[int, float]:
    """Return what the words that each profile has are worth, the rare ones most.

    BM25 alone buries a long text, such as twenty years of a university's projects, under short
    ones that share less. What each shared word is worth is therefore added once whatever the
    length, as in BM25+ (Lv and Zhai, 2011).
    """
    scores: dict[int, float] = {}
    for word, found in holders.items():
        worth = weights[word] * log(1 + (total - len(found) + 0.5) / (len(found) + 0.5))
        for holder in found:
            scores[holder] = scores.get(holder, 0.0) + worth
    return scores


def _asked_words(text: str) -> dict[str, float]:
    """Return the quoted words to look for, each with its weight, in every likely language.

    Profiles are indexed in their own language, and a question is too short to be sure of its.
    """
    weights: dict[str, float] = {}
    for language in dict.fromkeys((detect_language(text), "da", "en")):
        for word in _WORDS.findall(text.lower()):
            for place, form in enumerate(match_query(word, language).split(" OR ")):
                weight = 1.0 if place == 0 or form == f'"{word}"' else PART_WEIGHT
                weights[form] = max(weight, weights.get(form, 0.0))
    weights.pop('""', None)
    return dict(list(weights.items())[:MOST_WORDS])


def _published(db: Database, register: Register) -> frozenset[int]:
    # By an index alone: the rows themselves are long.
    rows = db.execute(f"select id from {register.noun} where state = 'published'").fetchall()
    return frozenset(found for (found,) in rows)


def _bm25(db: Database, register: Register, forms: list[str]) -> list[tuple[int, float]]:
    words = f"{register.noun}_words"
    return db.execute(
        f"select rowid, -bm25({words}) as score from {words} where {words} match ?"
        " order by score desc, rowid limit ?",
        (" OR ".join(forms) or '""', MOST_SCORED),
    ).fetchall()


def _holders(db: Database, register: Register, form: str) -> list[int]:
    words = f"{register.noun}_words"
    rows = db.execute(f"select rowid from {words} where {words} match ?", (form,)).fetchall()
    return [found for (found,) in rows]
