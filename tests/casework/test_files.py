"""Files: what they may be, who gets them, and what happens when the disk is full."""

import contextlib
import io
import os
import tracemalloc
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from matchmaker.casework import files
from matchmaker.casework.errors import (
    CaseworkNotFoundError,
    FileCountError,
    FileKindError,
    FileMacroError,
    FileSizeError,
    StorageError,
)
from matchmaker.casework.file_kinds import KINDS, clean_name, read_words, recognise
from matchmaker.casework.file_store import FileStore
from matchmaker.casework.files import add_file, get_file, list_files, remove_file, sweep_files
from matchmaker.casework.seat import take_seat
from matchmaker.collaborations.errors import NotPartyError
from matchmaker.screening.screen import PatientDataFound
from tests.casework.conftest import LATER, Table
from tests.factories import NOW

PDF = b"%PDF-1.7\n1 0 obj\n"


def package(main: str, text: str = "", *, method: int = zipfile.ZIP_DEFLATED, **more: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, text)
        for name, part in more.items():
            archive.writestr(name, part)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "png"),
        (b"\xff\xd8\xff\xe0\x00", "jpeg"),
        ("Plan for æbleafprøvning".encode(), "text"),
        ("Gammelt brev på dansk".encode("cp1252"), "text"),
        (package("word/document.xml"), "docx"),
        (package("xl/workbook.xml"), "xlsx"),
        (package("ppt/presentation.xml"), "pptx"),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, kind: str) -> None:
    assert recognise(content).code == kind


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00\x03\x00",
        b"PK\x03\x04broken",
        package("index.html"),
        b"\x7fELF\x02",
        b"\x00\x01",
    ],
)
def test_programs_archives_and_broken_files_are_refused(content: bytes) -> None:
    with pytest.raises(FileKindError):
        recognise(content)


def test_documents_with_macros_and_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileMacroError):
        recognise(package("word/document.xml", **{"word/vbaProject.bin": "x"}))
    monkeypatch.setattr("matchmaker.casework.file_kinds._MOST_UNPACKED", 1_000)
    with pytest.raises(FileKindError):
        recognise(package("word/document.xml", "0" * 2_000))


def test_what_unpacks_otherwise_than_office_writes_is_refused() -> None:
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with pytest.raises(FileKindError):
            recognise(package("word/document.xml", "<a/>" * 300, method=method))


@pytest.mark.parametrize("damage", [b"\x09\x09\x09\x09", b"\xff\xff\xff\xff"])
def test_a_damaged_document_is_refused_wherever_it_is_damaged(damage: bytes) -> None:
    whole = package("word/document.xml", "<w:t>Plan for afprøvningen</w:t>" * 9)
    for place in range(4, len(whole) - 4):
        content = whole[:place] + damage + whole[place + 4 :]
        try:
            read_words(content, recognise(content))
        except FileKindError:
            continue


def test_a_part_is_unpacked_no_further_than_it_says() -> None:
    bomb = package("word/document.xml", "0" * 50_000_000)
    said = (1_000).to_bytes(4, "little")
    content = bomb.replace((50_000_000).to_bytes(4, "little"), said)
    tracemalloc.start()
    with contextlib.suppress(FileKindError):
        read_words(content, recognise(content))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 5_000_000


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Brugere\\Karen\\plan.docx", "plan.pdf"),
        ('Æblegrød "final"\r\n.exe', "Æblegrød final.pdf"),
        ("fakt\u202efdp.exe", "faktfdp.pdf"),
        ("...", "pdf.pdf"),
        ("", "pdf.pdf"),
        ("x" * 400 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_names_are_made_safe_and_end_as_the_content_says(name: str, clean: str) -> None:
    assert clean_name(name, KINDS["pdf"]) == clean


def test_words_of_neighbouring_cells_make_no_number_together() -> None:
    sheet = package("xl/workbook.xml", **{"xl/sharedStrings.xml": "<si>010203</si><si>1234</si>"})
    assert "0102031234" not in read_words(sheet, KINDS["xlsx"]).replace("\n", "")
    letter = package("word/document.xml", "<w:p><w:t>0102</w:t><w:r/><w:t>03-1234</w:t></w:p>")
    assert "|" in read_words(letter, KINDS["docx"])


def test_all_who_take_part_get_the_file_and_nobody_else(table: Table, store: FileStore) -> None:
    world = table.world
    file = add_file(
        table.db, store, table.id, "Plan.pdf", PDF, audience="parties", actor=world.jonas, now=NOW
    )
    for reader in (world.karen, world.tina, world.staff):
        found, _seat = get_file(table.db, file, reader)
        path = store.find(found.stored_as, found.sha256)
        assert path is not None
        assert path.read_bytes() == PDF
        assert found.stored_as not in found.name
    with pytest.raises(NotPartyError):
        get_file(table.db, file, table.stranger)
    path.write_bytes(b"%PDF-changed on the disk")
    assert store.find(found.stored_as, found.sha256) is None


def test_a_file_for_the_hub_is_hidden_from_the_parties(table: Table, store: FileStore) -> None:
    world = table.world
    file = add_file(
        table.db, store, table.id, "a.pdf", PDF, audience="hub", actor=world.staff, now=NOW
    )
    with pytest.raises(CaseworkNotFoundError):
        get_file(table.db, file, world.karen)
    assert list_files(table.db, take_seat(table.db, table.id, world.karen)) == []
    with pytest.raises(NotPartyError):
        add_file(
            table.db, store, table.id, "b.pdf", PDF, audience="hub", actor=world.karen, now=NOW
        )


def test_the_same_file_twice_is_one_and_leaves_one_on_the_disk(
    table: Table, store: FileStore
) -> None:
    ids = {
        add_file(
            table.db, store, table.id, "a.pdf", PDF, audience="parties",
            actor=table.world.karen, now=NOW,
        )
        for _twice in range(2)
    }  # fmt: skip
    assert len(ids) == len(list(store.folder.iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Journal 010203-1234.pdf", PDF),
        ("noter.txt", b"Borgeren 010203-1234 falder ofte"),
        ("noter.docx", package("word/document.xml", "<w:p><w:t>Cpr 010203-1234</w:t></w:p>")),
    ],
)
def test_patient_data_in_names_and_texts_is_stopped_before_the_disk(
    table: Table, store: FileStore, name: str, content: bytes
) -> None:
    with pytest.raises(PatientDataFound):
        add_file(
            table.db, store, table.id, name, content, audience="parties",
            actor=table.world.karen, now=NOW,
        )  # fmt: skip
    assert not store.folder.exists()


def test_empty_large_and_too_many_files_are_refused(
    table: Table, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(content: bytes) -> int:
        return add_file(
            table.db, store, table.id, "a.pdf", content, audience="parties",
            actor=table.world.karen, now=NOW,
        )  # fmt: skip

    for wrong in (b"", PDF + b" " * files.LARGEST_BYTES):
        with pytest.raises(FileSizeError):
            add(wrong)
    monkeypatch.setattr(files, "MOST_FILES", 1)
    add(PDF)
    with pytest.raises(FileCountError):
        add(PDF + b"other")


def test_a_full_disk_is_told_and_leaves_nothing(
    table: Table, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError):
        add_file(
            table.db, store, table.id, "a.pdf", PDF, audience="parties",
            actor=table.world.karen, now=NOW,
        )  # fmt: skip
    assert list(store.folder.iterdir()) == []
    assert table.db["shared_file"].count == 0


def test_who_shared_a_file_may_take_it_away_and_others_may_not(
    table: Table, store: FileStore
) -> None:
    world = table.world
    file = add_file(
        table.db, store, table.id, "a.pdf", PDF, audience="parties", actor=world.jonas, now=NOW
    )
    with pytest.raises(NotPartyError):
        remove_file(table.db, store, file, actor=world.karen, now=LATER)
    remove_file(table.db, store, file, actor=world.jonas, now=LATER)
    assert list(store.folder.iterdir()) == []
    with pytest.raises(CaseworkNotFoundError):
        get_file(table.db, file, world.staff)


def test_what_a_killed_process_left_is_swept_a_day_later(table: Table, store: FileStore) -> None:
    file = add_file(
        table.db, store, table.id, "a.pdf", PDF, audience="parties",
        actor=table.world.karen, now=NOW,
    )  # fmt: skip
    orphan = Path(store.folder / store.keep(b"orphan"))
    for path in store.folder.iterdir():
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert sweep_files(table.db, store, now=NOW + timedelta(hours=1)) == 0
    assert sweep_files(table.db, store, now=NOW + timedelta(days=2)) == 1
    assert not orphan.exists()
    assert get_file(table.db, file, table.world.karen)[0].name == "a.pdf"
