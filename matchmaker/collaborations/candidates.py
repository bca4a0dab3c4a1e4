"""Who may speak for a party, and what a proposal may be put together from."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matchmaker.collaborations.draft import Candidate, PartyDraft
from matchmaker.collaborations.errors import ContactError, ProfileNotOpenError
from matchmaker.database import Database
from matchmaker.needs.blind import blind_title, list_identifying_words

#: The owner, or an editor of the organisation or of the one above it.
_MAY_SPEAK = """
    from account a join membership m on m.account_id = a.id and m.ended_at is null
    where a.active = 1 and a.erased_at is null
    and m.organisation_id in (:organisation_id,
        (select parent_id from organisation where id = :organisation_id))
    and (m.role <> 'member' or a.id = :owner_id)
"""


@dataclass(frozen=True)
class Contact:
    """Somebody who may be asked on behalf of a party."""

    account_id: int
    name: str
    title: str
    is_owner: bool


@dataclass(frozen=True)
class Offer:
    """What can stand in a proposal: the need itself or a capability, and whom to ask."""

    need_id: int | None
    capability_id: int | None
    suggestion_id: int | None
    kind: str
    title: str
    language: str
    organisation_id: int
    organisation_name: str
    organisation_kind: str
    region: str | None
    show_organisation: bool
    contacts: tuple[Contact, ...]
    is_blind: bool = False

    @property
    def shown_name(self) -> str | None:
        return self.organisation_name if self.show_organisation else None

    @property
    def key(self) -> str:
        return f"need-{self.need_id}" if self.need_id else f"capability-{self.capability_id}"


def list_contacts(db: Database, organisation_id: int, owner_id: int | None) -> list[Contact]:
    """Return those who may speak for an organisation's profile, its owner first."""
    rows = db.rows(
        "select distinct a.id as account_id, a.name, a.title, a.id is :owner_id as is_owner"
        f" {_MAY_SPEAK} order by is_owner desc, a.name, a.id",
        {"organisation_id": organisation_id, "owner_id": owner_id},
    )
    return [Contact(**{**row, "is_owner": bool(row["is_owner"])}) for row in rows]


def get_candidate(db: Database, draft: PartyDraft) -> Candidate:
    """Return a party to be.

    Raises
    ------
    ProfileNotOpenError
        When the need is neither submitted nor published, or the capability is not published.
    ContactError
        When the contact may not speak for the organisation.
    """
    profile = _profile(db, draft)
    if profile["state"] not in ("published", *(("submitted",) if draft.need_id else ())):
        raise ProfileNotOpenError(profile["title"])
    contacts = list_contacts(db, profile["organisation_id"], profile["owner_id"])
    if draft.account_id not in {contact.account_id for contact in contacts}:
        raise ContactError(draft.account_id)
    account = db["account"].get(draft.account_id)
    is_blind = bool(profile["confidential"])
    private_words = (account["name"], account["email"], account["phone"])
    return Candidate(
        # A confidential need is never named before its owner says yes.
        draft=replace(draft, show_organisation=False) if is_blind else draft,
        organisation_id=profile["organisation_id"],
        organisation_name=profile["organisation_name"],
        parent_id=profile["parent_id"],
        kind=profile["kind"],
        title=profile["title"],
        owner_id=profile["owner_id"],
        private_words=(*private_words, *(_telling_words(db, profile) if is_blind else ())),
        is_blind=is_blind,
        above=profile["above"],
    )


def _telling_words(db: Database, profile: dict[str, Any]) -> list[str]:
    """Return by what a confidential need could be known."""
    return list_identifying_words(db, profile["organisation_id"], [profile["owner_id"]])


def _profile(db: Database, draft: PartyDraft) -> dict[str, Any]:
    table, kind = ("need", "'need'") if draft.need_id else ("capability", "t.kind")
    blind = "t.confidential" if draft.need_id else "0"
    row = db.first(
        f"select t.title, t.state, t.owner_id, t.organisation_id, {kind} as kind,"
        f" {blind} as confidential,"
        f" o.name as organisation_name, o.parent_id, h.name as above from {table} t"
        " join organisation o on o.id = t.organisation_id"
        " left join organisation h on h.id = o.parent_id where t.id = ?",
        (draft.need_id or draft.capability_id,),
    )
    if row is None:
        raise ProfileNotOpenError("")
    return row


def list_offers(db: Database, need_id: int, suggestion_ids: list[int]) -> list[Offer]:
    """Return the need and the capabilities of these suggestions, each with whom to ask."""
    need = _offers(db, "need", "t.id = ?", (need_id,))
    marks = ", ".join("?" * len(suggestion_ids))
    suggested = _offers(
        db,
        "capability",
        f"s.id in ({marks})",
        tuple(suggestion_ids),
        join="join suggestion s on s.capability_id = t.id",
        suggestion="s.id",
    )
    return need + suggested


def get_offer(db: Database, capability_id: int) -> Offer | None:
    """Return a capability that takes part without a suggestion."""
    return next(iter(_offers(db, "capability", "t.id = ?", (capability_id,))), None)


def list_partners(db: Database, need_id: int, *, today: date) -> list[tuple[int, str]]:
    """Return published testbeds and expertise that can be added; free testbeds come first."""
    rows = db.rows(
        """
        select c.id, c.title || ' – ' || o.name as label from capability c
        join organisation o on o.id = c.organisation_id
        where c.state = 'published' and c.kind in ('testbed', 'expertise')
        order by c.kind desc, not exists (select 1 from testbed_room p
            where p.capability_id = c.id and p.ends_on >= :today),
            o.region is not (select r.region from need n
                join organisation r on r.id = n.organisation_id where n.id = :need_id), c.title
        """,
        {"today": today.isoformat(), "need_id": need_id},
    )
    return [(row["id"], row["label"]) for row in rows]


def _offers(
    db: Database,
    table: str,
    condition: str,
    parameters: tuple[Any, ...],
    *,
    join: str = "",
    suggestion: str = "null",
) -> list[Offer]:
    is_need = table == "need"
    blind = "t.confidential, t.blind_problem" if is_need else "0 as confidential"
    rows = db.rows(
        f"""
        select {"t.id" if is_need else "null"} as need_id,
            {"null" if is_need else "t.id"} as capability_id, {suggestion} as suggestion_id,
            {"'need'" if is_need else "t.kind"} as kind, t.title, t.language, t.owner_id,
            o.id as organisation_id, o.name as organisation_name, o.kind as organisation_kind,
            o.region, {"t.show_organisation" if is_need else "1"} as show_organisation,
            {blind}
        from {table} t join organisation o on o.id = t.organisation_id {join}
        where {condition}
        """,
        parameters,
    )
    return [_offer(db, row, row.pop("owner_id")) for row in rows]


def _offer(db: Database, row: dict[str, Any], owner_id: int | None) -> Offer:
    contacts = list_contacts(db, row["organisation_id"], owner_id)
    shown, is_blind = bool(row.pop("show_organisation")), bool(row.pop("confidential"))
    problem = row.pop("blind_problem", "")
    if is_blind:
        hidden = {"organisation_kind": "other", "region": None, "title": blind_title(problem)}
        return Offer(**{**row, **hidden}, contacts=tuple(contacts), show_organisation=False,
                     is_blind=True)  # fmt: skip
    return Offer(contacts=tuple(contacts), show_organisation=shown, **row)
