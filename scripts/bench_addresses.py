"""Which pages each role can open on a generated hub, with real ids, for the bench."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Flask, url_for
from werkzeug.routing import AnyConverter, Rule

from matchmaker.accounts.queries import get_account
from matchmaker.database import Database
from matchmaker.guide.chapters import list_chapters
from matchmaker.outbox.links import Links
from matchmaker.web.access import ACCESS, may_call

#: Not pages: files, and what only works once.
LEFT_OUT = ("static", "security.", "home.health", "accounts.export")
#: More of one sort are never asked for.
MOST = 20
#: Who visits, and how the account is found.
ROLES = {
    "hub staff": "select id from account where email like 'hub-staff@%'",
    "hub manager": "select id from account where email like 'hub-manager@%'",
    "need owner": "select n.owner_id as id from need n join collaboration_party p"
    " on p.need_id = n.id join collaboration c on c.id = p.collaboration_id"
    " where c.stage not in ('draft', 'closed') and n.state = 'published'"
    " group by n.owner_id order by count(*) desc, n.owner_id limit 1",
    "company": "select k.owner_id as id from capability k join collaboration_party p"
    " on p.capability_id = k.id join collaboration c on c.id = p.collaboration_id"
    " where c.stage not in ('draft', 'closed') and k.kind in ('solution', 'service')"
    " group by k.owner_id order by count(*) desc, k.owner_id limit 1",
    "anybody": "",
}
_STAFF_IDS = {
    "need_id": "select distinct n.id from need n join suggestion s on s.need_id = n.id"
    " where n.state = 'published' and s.withdrawn_at is null order by n.id desc",
    "suggestion_id": "select id from suggestion where withdrawn_at is null order by id desc",
    "collaboration_id": "select id from collaboration where stage in ('test', 'dialogue')",
    "mail_id": "select id from outbox_mail order by id desc",
}
_OWN_IDS = {
    "need_id": "select id from need where owner_id = :who order by state <> 'published', id desc",
    "capability_id": "select id from capability where owner_id = :who order by id",
    "collaboration_id": "select c.id from collaboration c join collaboration_party p"
    " on p.collaboration_id = c.id where p.account_id = :who"
    " and c.stage not in ('draft', 'closed')",
    "organisation_id": "select organisation_id as id from membership where account_id = :who",
    "mail_id": "select id from outbox_mail where account_id = :who order by id desc",
}
_ANY_IDS = {
    "need_id": "select id from need where state = 'published' order by id",
    "capability_id": "select id from capability where state = 'published' order by id",
    "organisation_id": "select id from organisation where kind = 'company' order by id",
}
_OTHER_VALUES = {
    "kind": ("solution", "testbed"),
    "key": ("dementia", "loneliness", "pressure-ulcer"),
    "table": ("funnel",),
    "row": ("suggested",),
    "column": ("suggestions",),
}


#: Pages that only some records open: the argument or the question, and the records.
_ONLY = {
    "collaborations.new": (
        "need",
        "select s.need_id as id from suggestion s join review r on r.suggestion_id = s.id"
        " and r.decision = 'approve' where s.withdrawn_at is null and s.id not in"
        " (select suggestion_id from collaboration_suggestion) order by s.id desc",
    ),
    "organisations.add_department": (
        "organisation_id",
        "select id from organisation where kind = 'hospital'",
    ),
}


@dataclass(frozen=True)
class Visit:
    endpoint: str
    role: str
    address: str
    cookie: str


def list_visits(db: Database, app: Flask, most: int = 3) -> list[Visit]:
    """Return up to `most` addresses for each role of every page that it may open."""
    return [
        visit
        for role, sql in ROLES.items()
        for visit in _visits_of(db, app, role, _first(db, sql), most)
    ]


def _first(db: Database, sql: str) -> int | None:
    row = db.first(sql) if sql else None
    return int(row["id"]) if row else None


def _visits_of(db: Database, app: Flask, role: str, who: int | None, most: int) -> Iterator[Visit]:
    account = get_account(db, who) if who else None
    cookie = _cookie(db, app, who) if who else ""
    for rule in app.url_map.iter_rules():
        audience = ACCESS.get(rule.endpoint)
        if audience is None or "GET" not in (rule.methods or ()):
            continue
        if rule.endpoint.startswith(LEFT_OUT) or not may_call(account, audience):
            continue
        is_staff = account is not None and account.is_hub_staff
        for values in islice(_values(db, app, rule, who, is_staff), most):
            with app.test_request_context():
                address = url_for(rule.endpoint, **values)
            yield Visit(rule.endpoint, role, address, cookie)


def _cookie(db: Database, app: Flask, who: int) -> str:
    row = db.first("select fs_uniquifier from account where id = ?", (who,)) or {}
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = row["fs_uniquifier"], True
        session["fs_paa"] = time.time()
    cookie = client.get_cookie("session")
    return f"session={cookie.value}" if cookie else ""


def _values(
    db: Database, app: Flask, rule: Rule, who: int | None, is_staff: bool
) -> Iterator[dict[str, Any]]:
    """Yield values for the address; none where no record of the sort is there."""
    if rule.endpoint in _ONLY:
        name, sql = _ONLY[rule.endpoint]
        yield from ({name: row["id"]} for row in db.rows(f"{sql} limit {MOST}"))
        return
    found = {name: _choices(db, app, rule, name, who, is_staff) for name in sorted(rule.arguments)}
    most = max((len(choices) for choices in found.values()), default=1)
    if all(found.values()):
        for place in range(most if found else 1):
            yield {name: choices[place % len(choices)] for name, choices in found.items()}


def _choices(
    db: Database, app: Flask, rule: Rule, name: str, who: int | None, is_staff: bool
) -> list[object]:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return [*sorted(converter.items)]
    if rule.endpoint == "guide.show":
        return [chapter.key for chapter in list_chapters("da")]
    if name == "token":
        return _tokens(db, app, rule.endpoint)
    if name in _OTHER_VALUES:
        return list(_OTHER_VALUES[name])
    own = _OWN_IDS.get(name) if who and not is_staff else _STAFF_IDS.get(name) if who else None
    sql = own or _ANY_IDS.get(name) or f"select id from {name.removesuffix('_id')}"
    rows = db.rows(f"{sql} limit {MOST}", {"who": who}) if _is_there(db, sql) else []
    return [row["id"] for row in rows]


def _is_there(db: Database, sql: str) -> bool:
    return sql.split(" from ")[1].split()[0] in db.table_names()


def _tokens(db: Database, app: Flask, endpoint: str) -> list[object]:
    """Return signed links as mails hold them, for the pages that are opened by one."""
    links = Links("http://localhost", app.config["SECRET_KEY"])
    if endpoint == "collaborations.answer":
        rows = db.rows(
            "select p.id as party_id, p.account_id from collaboration_party p join collaboration c"
            " on c.id = p.collaboration_id where c.stage = 'invited' and p.ended_at is null limit 3"
        )
        return [links.sign("answer", **row) for row in rows]
    if endpoint in ("needs.renew", "capabilities.renew"):
        noun = "need" if endpoint.startswith("needs") else "capability"
        rows = db.rows(
            f"select id, owner_id as account_id from {noun} where state = 'published' limit 3"
        )
        return [links.sign(f"renew-{noun}", **row) for row in rows]
    return []
