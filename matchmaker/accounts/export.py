"""Everything that is held about one person, for that person to take along."""

import json
from typing import Any, Final

from matchmaker.accounts.queries import get_account
from matchmaker.database import Database

#: What of the account row is about the person; keys and hashes are secrets, not information.
_ACCOUNT: Final = (
    "id, email, name, title, phone, language, active, confirmed_at, created_at, erased_at,"
    " password is not null as has_password"
)
_PASSKEY: Final = "name, device_type, created_at, last_used_at"
_MEMBERSHIP: Final = "m.role, m.created_at, m.ended_at, o.id as organisation_id, o.name"

_ABOUT_PERSON: Final = {
    "passkeys": f"select {_PASSKEY} from passkey where account_id = ? order by id",
    "memberships": f"select {_MEMBERSHIP} from membership m join organisation o"
    " on o.id = m.organisation_id where m.account_id = ? order by m.id",
    "requests_to_join": "select organisation_id, created_at, decided_at, granted from join_request"
    " where account_id = ? order by id",
    "invitations_sent": "select organisation_id, role, created_at, accepted_at, withdrawn_at"
    " from invitation where invited_by = ? order by id",
    "invitations_received": "select organisation_id, role, created_at, expires_at from invitation"
    " where email = (select email from account where id = ?) order by id",
    "needs_owned": "select id, title, state, created_at from need where owner_id = ? order by id",
    "needs_supported": "select need_id, note, created_at from need_supporter"
    " where account_id = ? order by need_id",
    "capabilities_owned": "select id, title, state, created_at from capability"
    " where owner_id = ? order by id",
    "need_versions_saved": "select need_id, version, saved_at from need_version"
    " where saved_by = ? order by saved_at, need_id",
    "capability_versions_saved": "select capability_id, version, saved_at from capability_version"
    " where saved_by = ? order by saved_at, capability_id",
    "collaborations_proposed": "select id, title, stage, created_at from collaboration"
    " where created_by = ? order by id",
    "collaborations": "select collaboration_id, organisation_id from collaboration_party"
    " where account_id = ? order by id",
    "answers": "select party_id, answer, reason, note, later_on, created_at from interest"
    " where account_id = ? order by id",
    "questions": "select question, asked_at, answer, answered_at from collaboration_question"
    " where asked_by = ? order by id",
    "questions_answered": "select question, answer, answered_at from collaboration_question"
    " where answered_by = ? order by id",
    "notes": "select collaboration_id, audience, text, created_at from collaboration_note"
    " where account_id = ? order by id",
    "reviews": "select suggestion_id, decision, reason, note, shown_at, created_at from review"
    " where account_id = ? order by id",
    "second_reviews": "select suggestion_id, decision, reason, note, shown_at, created_at"
    " from second_review where account_id = ? order by review_id",
    "second_reviews_settled": "select suggestion_id, settled_as, settled_at from second_review"
    " where settled_by = ? order by settled_at",
    "cases_received": "select need_id, hub_id, note, created_at from case_assignment"
    " where owner_id = ? order by id",
    "cases_given": "select need_id, hub_id, note, created_at from case_assignment"
    " where actor_id = ? order by id",
    "follows": "select noun, query, name, rhythm, created_at from watch"
    " where account_id = ? order by id",
    "mail_wishes": "select digest, steps, alerts, desk, updated_at from mail_wish"
    " where account_id = ?",
    "told": "select kind, subject, told_at from told where account_id = ? order by told_at",
    "needs_read_first": "select need_id, opened_at from need_opening where account_id = ?"
    " order by opened_at",
    "equal_information_received": "select need_id, kind, summary, at from procurement_contact"
    " where account_id = ? order by id",
    "equal_information_written": "select need_id, organisation_id, kind, summary, at"
    " from procurement_contact where actor_id = ? order by id",
    "notes_to_all": "select need_id, text_da, text_en, sent_at from procurement_note"
    " where sent_by = ? order by id",
    "answers_to_all": "select need_id, question, answer, published_at from procurement_question"
    " where published_by = ? order by id",
    "purchase_paths": "select collaboration_id, path, value_band, decides, form, saved_at"
    " from purchase_plan where saved_by = ? order by id",
    "guide_answers": "select need_id, collaboration_id, answers, form, saved_at from guide_answer"
    " where saved_by = ? order by id",
    "consents_given": "select need_id, collaboration_id, what, at from disclosure"
    " where consented_by = ? order by id",
    "conflicts_of_interest": "select organisation_id, reason, starts_on, ends_on, ended_at"
    " from conflict where account_id = ? order by id",
    "conflicts_declared": "select kind, organisation_id, other_id, reason, starts_on, ends_on,"
    " declared_at, ended_at from conflict where declared_by = ? order by id",
    "decisions_shown": "select review_id, shown_at from decision_shown"
    " where account_id = ? order by review_id",
    "conflicts_looked_at": "select conflict_id, looked_at from outside_declaration"
    " where looked_by = ? order by conflict_id",
    "tasks": "select collaboration_id, text, due_on, created_at, done_at from task"
    " where ? in (responsible_id, created_by, done_by) order by id",
    "files_shared": "select collaboration_id, name, size, created_at from shared_file"
    " where account_id = ? order by id",
    "meetings": "select id, collaboration_id, title, starts_at, cancelled_at from meeting m"
    " where exists (select 1 from meeting_guest g where g.meeting_id = m.id"
    " and g.account_id = ?) order by id",
    "meetings_called": "select id, collaboration_id, title, starts_at, cancelled_at from meeting"
    " where created_by = ? order by id",
    "testbed_bookings": "select collaboration_id, capability_id, starts_on, ends_on, cancelled_at"
    " from testbed_booking where ? in (booked_by, cancelled_by) order by id",
    "outcomes": "select collaboration_id, state, citizen, organisation, technology, economy,"
    " is_public, created_at from outcome where account_id = ? order by id",
    "joint_needs_asked_about": "select id, title, state, asked_at from joint_need"
    " where asked_by = ? order by id",
    "joint_needs_answered": "select joint_need_id, need_id, state, answered_at"
    " from joint_need_member where answered_by = ? order by id",
    "needs_kept_apart": "select first_id, second_id, decided_at from need_kept_apart"
    " where decided_by = ? order by decided_at, first_id, second_id",
    "mails": "select kind, recipient, subject, created_at, sent_at from outbox_mail"
    " where account_id = ? order by id",
    "log": "select at, action, subject_kind, subject_id, from_state, to_state, detail"
    " from audit_event where actor_id = ? order by id",
    "log_about_the_account": "select at, action, actor_id, detail from audit_event"
    " where subject_kind = 'account' and subject_id = ? order by id",
}


def export_account(db: Database, account_id: int) -> dict[str, Any]:
    """Return everything held about the person, section by section, oldest first in each.

    Raises
    ------
    AccountNotFoundError
        When no account has this id.
    """
    get_account(db, account_id)
    account = db.first(f"select {_ACCOUNT} from account where id = ?", (account_id,))
    sections = {name: db.rows(sql, (account_id,)) for name, sql in _ABOUT_PERSON.items()}
    for event in (*sections["log"], *sections["log_about_the_account"]):
        event["detail"] = json.loads(event["detail"])
    return {"account": account, **sections}
