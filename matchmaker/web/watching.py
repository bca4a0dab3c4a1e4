"""What the lists and themes need to offer themselves to be followed."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from matchmaker.alerts.watch import Watch, plain_query
from matchmaker.alerts.watching import find_watch
from matchmaker.profiles import labels
from matchmaker.web.db import find_current_account, get_db
from matchmaker.web.languages import current_language
from matchmaker.words.vocabulary import shipped_vocabulary

_LISTS = {"need": "needs.board", "capability": "capabilities.catalogue"}


def find_own_watch(noun: str, asked: Mapping[str, str]) -> Watch | None:
    """Return the reader's watch of this question, None without one or without a sign-in."""
    account = find_current_account()
    return find_watch(get_db(), noun, asked, account) if account else None


def list_address(watch: Watch) -> str:
    """Return the page that a watch looks at."""
    if watch.is_theme:
        return url_for("themes.show", key=watch.theme)
    asked: dict[str, Any] = dict(watch.query)
    return url_for(_LISTS[watch.noun], **asked)


def suggested_name(noun: str, asked: Mapping[str, str]) -> str:
    """Return a name for a question that says what is asked for, in the reader's language."""
    query = plain_query(noun, asked)
    concept = shipped_vocabulary().concepts.get(query.get("theme", ""))
    parts = [f"“{query['q']}”"] if "q" in query else []
    parts += [concept.labels[current_language()]] if concept else []
    for name, values in (("region", labels.REGIONS), ("kind", labels.ORGANISATION_KINDS)):
        parts += [str(values[query[name]])] if query.get(name) in values else []
    every = {"need": _("All new needs"), "capability": _("All new capabilities")}
    return (", ".join(parts) or every.get(noun, ""))[:80]
