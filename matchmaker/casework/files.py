"""Files that the parties of a collaboration share."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from matchmaker.accounts.account import Account
from matchmaker.audit import log
from matchmaker.casework.errors import (
    CaseworkNotFoundError,
    ClosedError,
    FileCountError,
    FileSizeError,
)
from matchmaker.casework.file_kinds import KINDS, clean_name, read_words, recognise
from matchmaker.casework.file_store import FileStore
from matchmaker.casework.seat import Seat, take_seat
from matchmaker.clock import to_text
from matchmaker.collaborations.errors import NotPartyError
from matchmaker.database import Database
from matchmaker.procurement.contact import Item
from matchmaker.procurement.log import record_contact
from matchmaker.screening.screen import refuse_patient_data

LARGEST_BYTES = 10 * 1024 * 1024
MOST_FILES = 40
_SWEEP_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class SharedFile:
    id: int
    collaboration_id: int
    account_id: int
    author: str
    audience: str
    name: str
    kind: str
    size: int
    sha256: str
    stored_as: str
    created_at: str

    @property
    def media_type(self) -> str:
        return KINDS[self.kind].media_type

    @property
    def kilobytes(self) -> int:
        return max(1, round(self.size / 1024))


_FILES = """
    select f.id, f.collaboration_id, f.account_id, a.name as author, f.audience, f.name, f.kind,
        f.size, f.sha256, f.stored_as, f.created_at
    from shared_file f join account a on a.id = f.account_id
"""


def add_file(
    db: Database,
    store: FileStore,
    collaboration_id: int,
    name: str,
    content: bytes,
    *,
    audience: str,
    actor: Account,
    now: datetime,
) -> int:
    """Return the id of a new file; the same content for the same readers is kept once.

    Raises
    ------
    FileSizeError, FileKindError, FileMacroError, FileCountError
        When it is not a file that may be shared here.
    PatientDataFound
        When its name, or the text in it, holds a CPR number.
    StorageError
        When the disk is full.
    NotIntroducedError, ClosedError, NotPartyError
        When this person may not share with this audience now.
    """
    if not 0 < len(content) <= LARGEST_BYTES:
        raise FileSizeError
    kind = recognise(content)
    clean = clean_name(name, kind)
    refuse_patient_data({"file": f"{name}\n|\n{clean}\n|\n{read_words(content, kind)}"})
    _check_place(db, take_seat(db, collaboration_id, actor), audience)
    stored_as = store.keep(content)
    row = {
        "collaboration_id": collaboration_id, "account_id": actor.id, "audience": audience,
        "name": clean, "kind": kind.code, "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(), "stored_as": stored_as,
        "created_at": to_text(now),
    }  # fmt: skip
    kept = False
    try:
        file_id, kept = _insert(db, row, actor=actor, now=now)
    finally:
        if not kept:
            store.remove(stored_as)
    return file_id


def _insert(
    db: Database, row: dict[str, Any], *, actor: Account, now: datetime
) -> tuple[int, bool]:
    """Return the id of the file and whether it is new."""
    with db.atomic():
        seat = take_seat(db, row["collaboration_id"], actor)
        same = db.first(
            "select id from shared_file where collaboration_id = :collaboration_id"
            " and audience = :audience and sha256 = :sha256 and name = :name",
            row,
        )
        if same is not None:
            return int(same["id"]), False
        _check_place(db, seat, row["audience"])
        file_id = db.insert_row("shared_file", row)
        _record(db, "file_add", seat, file_id, actor=actor, now=now, audience=row["audience"])
        if row["audience"] == "parties":
            record_contact(
                db, seat.collaboration.need_id, "document", actor_id=actor.id, now=now,
                collaboration_id=seat.collaboration.id, item=Item("file", file_id),
                summary=row["name"],
            )  # fmt: skip
    return file_id, True


def _check_place(db: Database, seat: Seat, audience: str) -> None:
    seat.check_writes_to(audience)
    counted = db.first(
        "select count(*) as files from shared_file where collaboration_id = ?",
        (seat.collaboration.id,),
    )
    if counted is not None and counted["files"] >= MOST_FILES:
        raise FileCountError


def remove_file(
    db: Database, store: FileStore, file_id: int, *, actor: Account, now: datetime
) -> None:
    """Take a file away for good; staff may, and who shared it.

    Raises
    ------
    NotPartyError
        When it is somebody else's.
    ClosedError
        When the collaboration is closed and the person is not staff.
    """
    with db.atomic():
        file, seat = get_file(db, file_id, actor)
        if not seat.is_staff and file.account_id != actor.id:
            raise NotPartyError(file_id)
        if not seat.is_staff and seat.collaboration.is_closed:
            raise ClosedError
        db["shared_file"].delete(file_id)
        _record(db, "file_remove", seat, file_id, actor=actor, now=now, audience=file.audience)
    store.remove(file.stored_as)


def get_file(db: Database, file_id: int, actor: Account) -> tuple[SharedFile, Seat]:
    """Return a file and where its reader sits.

    Raises
    ------
    CaseworkNotFoundError
        When there is none, or its reader may not know of it.
    """
    row = db.first(f"{_FILES} where f.id = ?", (file_id,))
    if row is None:
        raise CaseworkNotFoundError(file_id)
    seat = take_seat(db, row["collaboration_id"], actor)
    if row["audience"] not in seat.audiences:
        raise CaseworkNotFoundError(file_id)
    return SharedFile(**row), seat


def list_files(db: Database, seat: Seat) -> list[SharedFile]:
    """Return the files that this person may read, newest first."""
    marks = ", ".join("?" * len(seat.audiences))
    rows = db.rows(
        f"{_FILES} where f.collaboration_id = ? and f.audience in ({marks}) order by f.id desc",
        (seat.collaboration.id, *seat.audiences),
    )
    return [SharedFile(**row) for row in rows]


def sweep_files(db: Database, store: FileStore, *, now: datetime) -> int:
    """Remove what a killed process left on the disk a day ago; return how many."""
    kept = [row["stored_as"] for row in db.rows("select stored_as from shared_file")]
    return store.sweep(kept, older_than=(now - _SWEEP_AFTER).timestamp())


def _record(
    db: Database,
    action: str,
    seat: Seat,
    file_id: int,
    *,
    actor: Account,
    now: datetime,
    audience: str,
) -> None:
    log.record(
        db, f"collaboration.{action}", "collaboration", seat.collaboration.id,
        actor_id=actor.id, now=now, file_id=file_id, audience=audience,
    )  # fmt: skip
