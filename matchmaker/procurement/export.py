"""The equal-information log as a file to hand to a buyer or to keep with a tender."""

from collections.abc import Iterable

from matchmaker.procurement.contact import Contact
from matchmaker.procurement.labels import KINDS
from matchmaker.spreadsheet import to_file


def export_log(contacts: Iterable[Contact], header: list[str], hidden: str, kind: str) -> bytes:
    """Return the log as CSV or XLSX, oldest first, in the reader's language.

    `hidden` stands where the reader may not know who it was; corrected lines say so.
    """
    rows = [
        [
            each.id,
            each.happened_on or "",
            each.at,
            each.organisation_name or hidden,
            each.person or "",
            str(KINDS[each.kind]),
            each.summary,
            each.text,
            each.actor or "",
            each.corrected_at or "",
        ]
        for each in contacts
    ]
    return to_file(header, reversed(rows), kind)
