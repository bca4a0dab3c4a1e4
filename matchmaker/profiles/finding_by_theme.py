"""Profiles that say in other words what somebody asks for: "liggesår" finds "dekubitus"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from matchmaker.database import Database
from matchmaker.words.language import detect_language
from matchmaker.words.search import match_query
from matchmaker.words.vocabulary import Found, shipped_vocabulary

# A question is about its themes when at least this share of its words names them.
LEAST_NAMED = 0.5
# A profile answers when its themes are worth this share of all that were asked for.
LEAST_SHARE = 0.5
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Asked:
    """The themes of a question, and whether the question is about little else."""

    concepts: frozenset[str]
    is_theme: bool


def read_question(text: str) -> Asked:
    """Return the themes a question names, in every likely language: it is short and may be either.

    >>> read_question("liggesår").is_theme
    True
    >>> asked = read_question("Vi bruger for meget tid på at skrive det samme to steder: tryksår")
    >>> sorted(asked.concepts), asked.is_theme
    (['pressure-ulcer'], False)
    """
    languages = dict.fromkeys((detect_language(text), "da", "en"))
    places = [found for each in languages for found in shipped_vocabulary().find(text, each)]
    words = [word for word in _WORD.finditer(text) if match_query(word.group(), "da") != '""']
    named = [word for word in words if _is_within(word, places)]
    return Asked(
        frozenset(found.concept.key for found in places),
        bool(words) and len(named) >= LEAST_NAMED * len(words),
    )


def rank_by_theme(db: Database, noun: str, concepts: frozenset[str], total: int) -> list[int]:
    """Return the published profiles that name the concepts: many and rare ones first, then by id.

    `total` is the number of published profiles, against which a concept is rare or common.
    """
    holders = {concept: _holders(db, noun, concept) for concept in sorted(concepts)}
    scores: dict[int, float] = {}
    for found in holders.values():
        for holder in found:
            scores[holder] = scores.get(holder, 0.0) + _worth(len(found), total)
    least = LEAST_SHARE * _most(holders, total)
    hits = (found for found, score in scores.items() if score >= least)
    return sorted(hits, key=lambda found: (-scores[found], found))


def _most(holders: Mapping[str, list[int]], total: int) -> float:
    """Return what a profile with every concept that anybody names would be worth."""
    return sum(_worth(len(found), total) for found in holders.values() if found)


def _worth(count: int, total: int) -> float:
    return log(1 + (total - count + 0.5) / (count + 0.5))


def _holders(db: Database, noun: str, concept: str) -> list[int]:
    rows = db.execute(
        "select profile_id from theme_of_profile where concept = ? and noun = ?"
        " and published_at is not null",
        (concept, noun),
    ).fetchall()
    return [found for (found,) in rows]


def _is_within(word: re.Match[str], places: list[Found]) -> bool:
    return any(found.start < word.end() and word.start() < found.end for found in places)
