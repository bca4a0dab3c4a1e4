"""Reading themes: one, those of a facet, those that somebody searches for."""

from dataclasses import dataclass

from matchmaker.database import Database
from matchmaker.words.vocabulary import FACETS, LANGUAGES, Concept, shipped_vocabulary

MOST_FOUND = 60


class ThemeNotFoundError(LookupError):
    """The vocabulary has no concept with this key."""


@dataclass(frozen=True)
class Theme:
    """A concept and how many published needs and capabilities name it."""

    concept: Concept
    needs: int
    capabilities: int

    @property
    def total(self) -> int:
        return self.needs + self.capabilities


def get_theme(db: Database, key: str) -> Theme:
    """Return a theme, whether or not anybody names it.

    Raises
    ------
    ThemeNotFoundError
        When there is no such concept.
    """
    concept = shipped_vocabulary().concepts.get(key)
    if concept is None:
        raise ThemeNotFoundError(key)
    return _counted(_counts(db, key), concept)


def list_facets(db: Database) -> dict[str, list[Theme]]:
    """Return the themes that somebody names by facet, those that most name first."""
    counts = _counts(db)
    facets: dict[str, list[Theme]] = {facet: [] for facet in FACETS}
    for concept in shipped_vocabulary().concepts.values():
        theme = _counted(counts, concept)
        if theme.total:
            facets[concept.facet].append(theme)
    for themes in facets.values():
        themes.sort(key=_most_named_first)
    return facets


def search_themes(db: Database, text: str) -> list[Theme]:
    """Return the themes that a text names, then those with a term that begins, ends or holds it.

    A theme that nobody names is found too, so that one may see what it is called.
    """
    asked = " ".join(text.casefold().split())
    vocabulary = shipped_vocabulary()
    named = {key for language in LANGUAGES for key in vocabulary.keys(text, language)}
    ranked = dict.fromkeys(named, 0)
    for concept in vocabulary.concepts.values() if len(asked) > 1 else ():
        if concept.key not in named and (nearness := _nearness(concept, asked)):
            ranked[concept.key] = nearness
    counts = _counts(db)
    themes = [_counted(counts, vocabulary.concepts[key]) for key in ranked]
    themes.sort(key=lambda theme: (ranked[theme.concept.key], *_most_named_first(theme)))
    return themes[:MOST_FOUND]


def newest(db: Database, noun: str, key: str, most: int) -> list[int]:
    """Return published profiles that name a concept, newest first."""
    rows = db.rows(
        "select profile_id from theme_of_profile where concept = ? and noun = ?"
        " and published_at is not null order by published_at desc, profile_id desc limit ?",
        (key, noun, most),
    )
    return [row["profile_id"] for row in rows]


def _nearness(concept: Concept, asked: str) -> int:
    """Return 1 where a term begins or ends with what was asked, 2 where it is inside, else 0."""
    terms = [term.casefold() for terms in concept.terms.values() for term in terms]
    if any(term.startswith(asked) or term.endswith(asked) for term in terms):
        return 1
    return 2 if len(asked) > 2 and any(asked in term for term in terms) else 0


def _most_named_first(theme: Theme) -> tuple[int, str]:
    return -theme.total, theme.concept.key


def _counted(counts: dict[tuple[str, str], int], concept: Concept) -> Theme:
    needs, capabilities = (counts.get((concept.key, noun), 0) for noun in ("need", "capability"))
    return Theme(concept, needs, capabilities)


def _counts(db: Database, key: str | None = None) -> dict[tuple[str, str], int]:
    only = "and concept = :key" if key else ""
    rows = db.rows(
        "select concept, noun, count(*) as count from theme_of_profile"
        f" where published_at is not null {only} group by concept, noun",
        {"key": key} if key else {},
    )
    return {(row["concept"], row["noun"]): row["count"] for row in rows}
