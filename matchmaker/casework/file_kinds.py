"""What a file is by its content, what it is called, and the words in it that can be screened.

>>> recognise(b"%PDF-1.7 ...").suffix
'pdf'
>>> clean_name("C:\\\\docs\\\\..\\\\Plan\\u202efdp.exe", KINDS["pdf"])
'Planfdp.pdf'
"""

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matchmaker.casework.errors import FileKindError, FileMacroError


@dataclass(frozen=True)
class FileKind:
    """A kind of file that may be shared; `main` is the part that only this kind of package has."""

    code: str
    suffix: str
    media_type: str
    main: str = ""
    words: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: Final = {
    kind.code: kind
    for kind in (
        FileKind("pdf", "pdf", "application/pdf"),
        FileKind("png", "png", "image/png"),
        FileKind("jpeg", "jpg", "image/jpeg"),
        FileKind("text", "txt", "text/plain; charset=utf-8"),
        FileKind(
            "docx", "docx", f"{_OFFICE}.wordprocessingml.document", "word/document.xml",
            r"word/(document|comments|header\d*|footer\d*|footnotes|endnotes)\.xml",
        ),
        FileKind(
            "xlsx", "xlsx", f"{_OFFICE}.spreadsheetml.sheet", "xl/workbook.xml",
            r"xl/(sharedStrings|comments\d*|worksheets/sheet\d+)\.xml",
        ),
        FileKind(
            "pptx", "pptx", f"{_OFFICE}.presentationml.presentation", "ppt/presentation.xml",
            r"ppt/(slides/slide|notesSlides/notesSlide|comments/comment)\d*\.xml",
        ),
    )
}  # fmt: skip

_LONGEST_NAME = 120
# A small file can unpack to gigabytes: what is larger than this is no document.
_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_PARTS = 5_000
# Office writes no other, and of these alone no more is unpacked than is asked for.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNSAFE = re.compile(r'[<>:"|?*\\/;%&$`\']')
_BREAKS = re.compile(rb"</(?:w:p|a:p|si|c|row|text|t)>")
_TAGS = re.compile(rb"<[^>]*>")


def recognise(content: bytes) -> FileKind:
    """Return what kind of file this is, whatever it is called.

    Raises
    ------
    FileKindError
        When it is none of `KINDS`, or is damaged.
    FileMacroError
        When it is a document with macros.
    """
    if b"%PDF-" in content[:1024]:
        return KINDS["pdf"]
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    if content.startswith(b"\xff\xd8\xff"):
        return KINDS["jpeg"]
    if content.startswith(b"PK\x03\x04"):
        return _recognise_package(content)
    _decode(content)
    return KINDS["text"]


def read_words(content: bytes, kind: FileKind) -> str:
    """Return the text of a file as far as it can be read; of pictures and PDF nothing."""
    if kind.code == "text":
        return _decode(content)
    if not kind.words:
        return ""
    with _opened(content) as package:
        return "\n".join(_words_of(package, kind))


def clean_name(name: str, kind: FileKind) -> str:
    """Return a name that is safe in every system and ends as its content says."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    printable = "".join(
        letter for letter in base if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co")
    )
    stem = _UNSAFE.sub("", printable)
    stem = stem.rpartition(".")[0] or stem
    stem = " ".join(stem.split()).strip(". ")[:_LONGEST_NAME]
    return f"{stem or kind.code}.{kind.suffix}"


def _recognise_package(content: bytes) -> FileKind:
    with _opened(content) as package:
        names = {info.filename for info in package.infolist()}
        unpacked = sum(info.file_size for info in package.infolist())
        methods = {info.compress_type for info in package.infolist()}
    if not methods <= _METHODS:
        raise FileKindError
    if unpacked > _MOST_UNPACKED or len(names) > _MOST_PARTS:
        raise FileKindError
    if any(name.endswith(("vbaProject.bin", "vbaData.xml")) for name in names):
        raise FileMacroError
    found = [kind for kind in KINDS.values() if kind.main and kind.main in names]
    if "[Content_Types].xml" not in names or len(found) != 1:
        raise FileKindError
    return found[0]


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED as error:
        raise FileKindError from error


def _words_of(package: zipfile.ZipFile, kind: FileKind) -> Iterator[str]:
    wanted = re.compile(kind.words)
    for info in package.infolist():
        if wanted.fullmatch(info.filename):
            try:
                with package.open(info) as part:
                    # What it says to hold has been added up; more than that is never unpacked.
                    raw = part.read(info.file_size)
            except _DAMAGED as error:
                raise FileKindError from error
            # Paragraphs and cells end a line, so that neighbours make no number together.
            yield _TAGS.sub(b"", _BREAKS.sub(b"\n|\n", raw)).decode("utf-8", "replace")


def _decode(content: bytes) -> str:
    """Return plain text; what holds bytes that no text has is something else."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise FileKindError from error
    if _CONTROLS.search(text):
        raise FileKindError
    return text
