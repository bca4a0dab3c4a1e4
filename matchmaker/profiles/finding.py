"""Which published profiles answer the words that somebody typed, best first.

Exact words come before meaning, because who types a rare word wants that word; meaning comes
before common words, because those tell little.
"""

from collections.abc import Sequence
from math import log

from matchmaker.database import Database
from matchmaker.profiles.register import Register
from matchmaker.words.language import detect_language
from matchmaker.words.search import match_query

MOST_WORDS = 30
MOST_SCORED = 400
# A hit counts as exact from this share of the best score on: it has the rare words then.
EXACT_SHARE = 0.35
# Below this share only a common word is shared.
LEAST_SHARE = 0.1


def rank(db: Database, register: Register, text: str, nearest: Sequence[int] = ()) -> list[int]:
    """Return ids that answer `text`: by its rare words first, then by meaning, then by any word.

    `nearest` are ids by meaning, nearest first; without them words alone decide.
    """
    scores = _word_scores(db, register, _forms(text))
    hits = sorted(scores, key=lambda found: (-scores[found], found))
    best = scores[hits[0]] if hits else 0.0
    exact = [found for found in hits if scores[found] >= best * EXACT_SHARE]
    loose = [found for found in hits if scores[found] >= best * LEAST_SHARE]
    return list(dict.fromkeys([*exact, *nearest, *loose]))


def _word_scores(db: Database, register: Register, forms: list[str]) -> dict[int, float]:
    """Return a score for each published profile that shares a word.

    BM25 alone buries a long text, such as twenty years of a university's projects, under short
    ones that share less. What each shared word is worth is therefore added once whatever the
    length, as in BM25+ (Lv and Zhai, 2011).
    """
    published = _published(db, register)
    scores = {found: score for found, score in _bm25(db, register, forms) if found in published}
    for form in forms:
        holders = published.intersection(_holders(db, register, form))
        worth = log(1 + (len(published) - len(holders) + 0.5) / (len(holders) + 0.5))
        for holder in holders:
            scores[holder] = scores.get(holder, 0.0) + worth
    return scores


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


def _forms(text: str) -> list[str]:
    """Return the quoted words to look for in every language that the few words may be in.

    Profiles are indexed in their own language, and a question is too short to be sure of its.
    """
    languages = dict.fromkeys((detect_language(text), "da", "en"))
    queries = (match_query(text, language) for language in languages)
    forms = dict.fromkeys(form for query in queries for form in query.split(" OR "))
    return [form for form in forms if form != '""'][:MOST_WORDS]
