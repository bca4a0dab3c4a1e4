"""Which concepts of the shared vocabulary a profile names, kept beside it in ``theme_of_profile``.

A row has the moment of publication for as long as the profile is published, so that themes of
what nobody else may see are never listed or counted. A theme is found where a search may look:
contact details and names that are not shown have been masked before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matchmaker.database import Database
from matchmaker.organisations.queries import list_names
from matchmaker.profiles.contacts import without_contacts, without_names
from matchmaker.profiles.listing import Filters
from matchmaker.profiles.refreshing import refresh_where_changed
from matchmaker.words.vocabulary import FACETS, Concept, Vocabulary, shipped_vocabulary

MOST_TAGS = 8
# What something is about tells more than where it happens and for whom.
_FACETS_IN_ORDER = {facet: place // 3 for place, facet in enumerate(FACETS)}


@dataclass(frozen=True)
class Themes:
    """The keys of the concepts that a text names; True for those that its title names."""

    in_title: Mapping[str, bool]


def find_themes(title: str, text: str, language: str) -> Themes:
    vocabulary = shipped_vocabulary()
    first = vocabulary.keys(title, language)
    return Themes({key: key in first for key in sorted(first | vocabulary.keys(text, language))})


def keep_themes(db: Database, noun: str, profile_id: int, themes: Themes) -> None:
    """Replace the themes of a profile; call it inside ``db.atomic()``, as all that writes here."""
    db.execute("delete from theme_of_profile where noun = ? and profile_id = ?", (noun, profile_id))
    db.conn.executemany(
        "insert into theme_of_profile (noun, profile_id, concept, in_title) values (?, ?, ?, ?)",
        [(noun, profile_id, key, int(first)) for key, first in themes.in_title.items()],
    )
    follow_state(db, noun, profile_id)


def follow_state(db: Database, noun: str, profile_id: int) -> None:
    """Show the themes of a published profile, and hide those of any other."""
    db.execute(
        "update theme_of_profile set published_at = (select case when state = 'published'"
        f" then coalesce(published_at, updated_at) end from {noun} where id = :id)"
        " where noun = :noun and profile_id = :id",
        {"noun": noun, "id": profile_id},
    )


def list_themes(db: Database, noun: str, profile_id: int, most: int = MOST_TAGS) -> list[Concept]:
    """Return the themes of a profile, most telling first.

    Problems, technologies and processes come before settings and people, what the title names
    before what the text names, and what few published profiles name before what many do.
    """
    rows = db.rows(
        "select t.concept, t.in_title, (select count(*) from theme_of_profile o"
        " where o.concept = t.concept and o.published_at is not null) as holders"
        " from theme_of_profile t where t.noun = ? and t.profile_id = ?",
        (noun, profile_id),
    )
    known = shipped_vocabulary().concepts
    found = [(known[row["concept"]], row) for row in rows if row["concept"] in known]
    found.sort(key=lambda pair: _telling(*pair))
    return [concept for concept, _row in found[:most]]


def _telling(concept: Concept, row: Mapping[str, Any]) -> tuple[int, int, int, str]:
    return _FACETS_IN_ORDER[concept.facet], -row["in_title"], row["holders"], concept.key


def theme_filter(noun: str, concept: str) -> Filters:
    """Return the condition that a listed profile ``p`` names a concept."""
    names_it = (
        "p.id in (select profile_id from theme_of_profile where concept = :theme"
        f" and noun = '{noun}' and published_at is not null)"
    )
    return Filters({"theme": names_it}, {"theme": concept})


def refresh_themes(
    db: Database, noun: str, texts: Sequence[str], vocabulary: Vocabulary | None = None
) -> int:
    """Find the themes of every profile anew where the vocabulary has changed; return how many.

    Somebody who saves meanwhile is not overwritten: whoever saves finds the themes too.
    """
    return refresh_where_changed(
        db,
        noun,
        setting=f"themes_of_{noun}",
        revision=(vocabulary or shipped_vocabulary()).revision,
        find=lambda row: _themes_of(db, row, texts),
        keep=lambda profile_id, themes: keep_themes(db, noun, profile_id, themes),
    )


def _themes_of(db: Database, row: Mapping[str, Any], texts: Sequence[str]) -> Themes:
    if row.get("confidential"):
        return find_themes("", row["blind_problem"], row["language"])
    shown = row.get("show_organisation", 1)
    hidden = [] if shown else list_names(db, row["organisation_id"])
    text = "\n".join(row[name] for name in texts if row[name])
    public = [without_names(without_contacts(each), hidden) for each in (row["title"], text)]
    return find_themes(public[0], public[1], row["language"])
