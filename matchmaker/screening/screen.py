"""The screen that every free text passes before it is stored, mailed or imported.

>>> [(f.kind, f.severity, f.excerpt) for f in screen("Pt. cpr 010203-1234 falder om natten")]
[('cpr_number', 'refuse', '01••••-••••')]
>>> screen("Hver 4. beboer får tryksår. Ring 66 11 22 33 kl. 10-12.")
[]
"""

from collections.abc import Mapping

from matchmaker.screening.cpr import find_cpr_numbers
from matchmaker.screening.finding import Finding, without_overlaps
from matchmaker.screening.persons import find_persons

__all__ = ["Finding", "PatientDataFound", "refuse_patient_data", "screen"]


class PatientDataFound(ValueError):  # noqa: N818 - what happened, as the pages say it
    """Texts hold data about a patient and must not be stored.

    `findings` holds by field what is refused, never what is only doubtful. Neither the message
    nor the ``repr`` repeats more of a number than its first two digits.
    """

    def __init__(self, findings: Mapping[str, list[Finding]]) -> None:
        places = ", ".join(
            f"{field} ({finding.excerpt})" for field, found in findings.items() for finding in found
        )
        super().__init__(f"patient data in {places}")
        self.findings = dict(findings)


def screen(text: str) -> list[Finding]:
    """Return what in a text points to a patient or citizen, in order, none overlapping."""
    return without_overlaps([*find_cpr_numbers(text), *find_persons(text)])


def refuse_patient_data(fields: Mapping[str, str]) -> None:
    """Return when no field holds what must be refused; doubts pass.

    Raises
    ------
    PatientDataFound
        When a field holds a CPR number or the like, with the findings by field.
    """
    refused = {
        name: found
        for name, text in fields.items()
        if (
            found := [finding for finding in find_cpr_numbers(text) if finding.severity == "refuse"]
        )
    }
    if refused:
        raise PatientDataFound(refused)
