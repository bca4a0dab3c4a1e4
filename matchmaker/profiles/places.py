"""The organisations in whose name a person may write."""

from matchmaker.accounts.account import Account
from matchmaker.database import Database
from matchmaker.profiles.listing import as_json


def list_places(db: Database, account: Account, *, with_companies: bool) -> list[tuple[int, str]]:
    """Return ids and names: of a person their own organisations, of hub staff all, by name."""
    rows = db.rows(
        "select o.id, o.name, parent.name as parent from organisation o"
        " left join organisation parent on parent.id = o.parent_id"
        " where (:everything or o.id in (select value from json_each(:own)))"
        " and (:companies or o.kind <> 'company')"
        " order by coalesce(parent.name, o.name), parent.name is not null, o.name",
        {
            "everything": account.is_hub_staff,
            "own": as_json(sorted(account.organisation_ids)),
            "companies": with_companies,
        },
    )
    return [
        (row["id"], f"{row['parent']}, {row['name']}" if row["parent"] else row["name"])
        for row in rows
    ]


def usual_place(account: Account, places: list[tuple[int, str]]) -> int | None:
    """Return the organisation a person most likely writes for; for hub staff nobody can tell."""
    known = {place for place, _name in places}
    direct = [m.organisation_id for m in account.memberships if m.organisation_id in known]
    if len(places) == 1:
        return places[0][0]
    return direct[0] if direct and not account.is_hub_staff else None
