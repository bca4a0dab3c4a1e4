"""The first tables: people, organisations, what they need and offer, and what comes of it."""

import sqlite_utils

from matchmaker.database.migrations.registry import execute_each, migrations


@migrations()
def m001_settings_audit_outbox(db: sqlite_utils.Database) -> None:
    execute_each(
        db,
        """
        create table setting (name text primary key, value text not null) strict;

        create table audit_event (
            id integer primary key,
            at text not null,
            actor_id integer,
            action text not null,
            subject_kind text not null,
            subject_id integer not null,
            from_state text,
            to_state text,
            detail text not null default '{}' check (json_valid(detail))
        ) strict;
        create index audit_event_subject on audit_event (subject_kind, subject_id, id);
        create index audit_event_at on audit_event (at);
        create trigger audit_event_is_never_changed before update on audit_event
            begin select raise(abort, 'the audit log is append-only'); end;
        create trigger audit_event_is_never_deleted before delete on audit_event
            begin select raise(abort, 'the audit log is append-only'); end;

        create table outbox_mail (
            id integer primary key,
            key text not null unique,
            kind text not null,
            account_id integer,
            recipient text not null,
            language text not null,
            subject text not null,
            body_text text not null,
            body_html text not null,
            state text not null default 'waiting'
                check (state in ('waiting', 'sending', 'sent', 'failed', 'uncertain')),
            attempts integer not null default 0,
            next_attempt_at text not null,
            last_error text,
            created_at text not null,
            sent_at text
        ) strict;
        create index outbox_mail_due on outbox_mail (state, next_attempt_at);
        """,
    )


@migrations()
def m002_organisations_and_accounts(db: sqlite_utils.Database) -> None:
    execute_each(
        db,
        """
        create table organisation (
            id integer primary key,
            kind text not null check (kind in ('company', 'hospital', 'municipality', 'department',
                'general_practice', 'research_institution', 'cluster', 'hub', 'funder', 'other')),
            name text not null,
            parent_id integer references organisation (id),
            cvr text,
            country text not null default 'DK',
            region text,
            municipality text,
            size text check (size in ('micro', 'small', 'medium', 'large')),
            website text,
            description text not null default '',
            language text not null default 'da',
            aliases text not null default '[]' check (json_valid(aliases)),
            predecessors text not null default '[]' check (json_valid(predecessors)),
            source text,
            external_id text,
            version integer not null default 1,
            created_at text not null,
            updated_at text not null
        ) strict;
        create unique index organisation_external on organisation (source, external_id)
            where external_id is not null;
        create index organisation_cvr on organisation (cvr);
        create index organisation_parent on organisation (parent_id);

        create table account (
            id integer primary key,
            email text not null unique collate nocase,
            name text not null default '',
            title text not null default '',
            phone text not null default '',
            language text not null default 'da',
            active integer not null default 1,
            fs_uniquifier text not null unique,
            fs_webauthn_user_handle text unique,
            password text,
            confirmed_at text,
            us_totp_secrets text,
            us_phone_number text,
            tf_primary_method text,
            tf_totp_secret text,
            tf_phone_number text,
            mf_recovery_codes text,
            created_at text not null,
            erased_at text
        ) strict;

        create table passkey (
            id integer primary key,
            account_id integer not null references account (id) on delete cascade,
            credential_id blob not null unique,
            public_key blob not null,
            sign_count integer not null default 0,
            transports text not null default '[]',
            extensions text,
            backup_state integer not null default 0,
            device_type text not null,
            name text not null,
            usage text not null,
            created_at text not null,
            last_used_at text not null
        ) strict;

        create table membership (
            id integer primary key,
            account_id integer not null references account (id),
            organisation_id integer not null references organisation (id),
            role text not null
                check (role in ('member', 'editor', 'hub_staff', 'hub_manager', 'administrator')),
            created_at text not null,
            ended_at text
        ) strict;
        create unique index membership_current on membership (account_id, organisation_id)
            where ended_at is null;
        create index membership_organisation on membership (organisation_id);

        create table invitation (
            id integer primary key,
            organisation_id integer not null references organisation (id),
            email text not null collate nocase,
            role text not null,
            invited_by integer not null references account (id),
            created_at text not null,
            expires_at text not null,
            accepted_at text,
            withdrawn_at text
        ) strict;
        create index invitation_organisation on invitation (organisation_id);
        """,
    )


@migrations()
def m003_needs_and_capabilities(db: sqlite_utils.Database) -> None:
    execute_each(
        db,
        """
        create table need (
            id integer primary key,
            organisation_id integer not null references organisation (id),
            owner_id integer references account (id),
            hub_id integer not null references organisation (id),
            language text not null,
            title text not null,
            problem text not null,
            target text not null default '',
            extent text not null default '',
            tried text not null default '',
            requirements text not null default '',
            approach text not null default '',
            approaches_per_month integer not null default 4
                check (approaches_per_month between 0 and 100),
            show_organisation integer not null default 1,
            state text not null default 'draft'
                check (state in ('draft', 'submitted', 'published', 'paused', 'expired', 'closed')),
            close_reason text,
            version integer not null default 1,
            source text,
            external_id text,
            created_at text not null,
            updated_at text not null,
            published_at text,
            expires_at text
        ) strict;
        create unique index need_external on need (source, external_id)
            where external_id is not null;
        create index need_state on need (state, published_at);
        create index need_organisation on need (organisation_id);

        create table need_version (
            need_id integer not null references need (id),
            version integer not null,
            saved_at text not null,
            saved_by integer,
            content text not null check (json_valid(content)),
            primary key (need_id, version)
        ) strict;

        create table need_supporter (
            need_id integer not null references need (id),
            organisation_id integer not null references organisation (id),
            account_id integer not null references account (id),
            note text not null default '',
            created_at text not null,
            primary key (need_id, organisation_id)
        ) strict;

        create table capability (
            id integer primary key,
            organisation_id integer not null references organisation (id),
            owner_id integer references account (id),
            kind text not null check (kind in ('solution', 'testbed', 'expertise', 'service')),
            language text not null,
            title text not null,
            description text not null,
            evidence text not null default '',
            trl integer check (trl between 1 and 9),
            device_class text check (device_class in ('not_a_device', 'mdr_i', 'mdr_iia', 'mdr_iib',
                'mdr_iii', 'ivdr_a', 'ivdr_b', 'ivdr_c', 'ivdr_d')),
            ce_marked integer check (ce_marked in (0, 1)),
            markets text not null default '[]' check (json_valid(markets)),
            languages text not null default '[]' check (json_valid(languages)),
            price_model text not null default '',
            facilities text not null default '',
            target_groups text not null default '',
            research_field text not null default '',
            past_projects text not null default '',
            state text not null default 'draft'
                check (state in ('draft', 'published', 'paused', 'expired', 'closed')),
            version integer not null default 1,
            source text,
            external_id text,
            created_at text not null,
            updated_at text not null,
            published_at text,
            expires_at text
        ) strict;
        create unique index capability_external on capability (source, external_id)
            where external_id is not null;
        create index capability_state on capability (state, published_at);
        create index capability_organisation on capability (organisation_id);

        create table capability_period (
            id integer primary key,
            capability_id integer not null references capability (id) on delete cascade,
            starts_on text not null,
            ends_on text not null,
            note text not null default '',
            check (starts_on <= ends_on)
        ) strict;
        create index capability_period_capability on capability_period (capability_id);

        create table capability_version (
            capability_id integer not null references capability (id),
            version integer not null,
            saved_at text not null,
            saved_by integer,
            content text not null check (json_valid(content)),
            primary key (capability_id, version)
        ) strict;

        create virtual table need_words using fts5 (words, tokenize = 'unicode61');
        create virtual table capability_words using fts5 (words, tokenize = 'unicode61');
        """,
    )


@migrations()
def m004_matching(db: sqlite_utils.Database) -> None:
    execute_each(
        db,
        """
        create table text_vector (
            text_hash text not null,
            encoder text not null,
            vector blob not null,
            primary key (text_hash, encoder)
        ) strict;

        create table matched_profile (
            kind text not null check (kind in ('need', 'capability')),
            profile_id integer not null,
            text_hash text not null,
            encoder text not null,
            language text not null,
            matched_at text not null,
            primary key (kind, profile_id)
        ) strict;

        create table suggestion (
            id integer primary key,
            need_id integer not null references need (id),
            capability_id integer not null references capability (id),
            score real not null,
            probability real,
            position integer not null,
            evidence text not null check (json_valid(evidence)),
            model text not null,
            created_at text not null,
            updated_at text not null,
            withdrawn_at text,
            unique (need_id, capability_id)
        ) strict;
        create index suggestion_capability on suggestion (capability_id);
        """,
    )


@migrations()
def m005_reviews(db: sqlite_utils.Database) -> None:
    execute_each(
        db,
        """
        create table review (
            id integer primary key,
            suggestion_id integer not null references suggestion (id),
            sequence integer not null,
            account_id integer not null references account (id),
            decision text not null
                check (decision in ('approve', 'reject', 'defer', 'refer', 'reopen')),
            reason text,
            note text not null default '',
            defer_until text,
            refer_to_id integer references organisation (id),
            position integer,
            score real,
            created_at text not null,
            unique (suggestion_id, sequence)
        ) strict;
        """,
    )


@migrations()
def m006_collaborations(db: sqlite_utils.Database) -> None:
    execute_each(
        db,
        """
        create table collaboration (
            id integer primary key,
            hub_id integer not null references organisation (id),
            title text not null,
            language text not null,
            introduction text not null,
            stage text not null default 'draft' check (stage in ('draft', 'invited', 'accepted',
                'introduced', 'dialogue', 'test', 'agreement', 'operation', 'scaled', 'closed')),
            close_reason text,
            close_note text not null default '',
            version integer not null default 1,
            created_by integer not null references account (id),
            created_at text not null,
            updated_at text not null,
            invited_at text
        ) strict;
        create index collaboration_stage on collaboration (stage);

        create table collaboration_suggestion (
            collaboration_id integer not null references collaboration (id),
            suggestion_id integer not null references suggestion (id),
            primary key (collaboration_id, suggestion_id)
        ) strict;
        create index collaboration_suggestion_suggestion
            on collaboration_suggestion (suggestion_id);

        create table collaboration_party (
            id integer primary key,
            collaboration_id integer not null references collaboration (id),
            organisation_id integer not null references organisation (id),
            account_id integer not null references account (id),
            need_id integer references need (id),
            capability_id integer references capability (id),
            show_organisation integer not null default 1,
            unique (collaboration_id, organisation_id, need_id, capability_id),
            check ((need_id is null) <> (capability_id is null))
        ) strict;
        create index collaboration_party_account on collaboration_party (account_id);
        create index collaboration_party_organisation on collaboration_party (organisation_id);

        create table interest (
            id integer primary key,
            party_id integer not null references collaboration_party (id),
            sequence integer not null,
            account_id integer not null references account (id),
            answer text not null check (answer in ('yes', 'no', 'later')),
            reason text,
            note text not null default '',
            later_on text,
            created_at text not null,
            unique (party_id, sequence)
        ) strict;

        create table collaboration_question (
            id integer primary key,
            party_id integer not null references collaboration_party (id),
            asked_by integer not null references account (id),
            asked_at text not null,
            question text not null,
            answer text,
            answered_by integer references account (id),
            answered_at text
        ) strict;
        create index collaboration_question_party on collaboration_question (party_id);

        create table collaboration_note (
            id integer primary key,
            collaboration_id integer not null references collaboration (id),
            account_id integer not null references account (id),
            audience text not null check (audience in ('hub', 'parties')),
            text text not null,
            created_at text not null
        ) strict;
        create index collaboration_note_collaboration on collaboration_note (collaboration_id);
        """,
    )
