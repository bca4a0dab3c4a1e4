"""What a finding is called on a page: English source texts, which pages translate."""

from matchmaker.screening.finding import Finding, Kind


def N_(message: str) -> str:  # noqa: N802 - the name by which texts to translate are collected
    return message


_MESSAGES: dict[Kind, str] = {
    "cpr_number": N_("Remove “%(words)s”: it looks like a CPR number. Nothing has been saved."),
    "cpr_birthday": N_(
        "Remove “%(words)s”: it looks like the birthday of a CPR number. Nothing has been saved."
    ),
    "number_like_cpr": N_("“%(words)s” could be a CPR number."),
    "birth_date": N_("“%(words)s” looks like somebody's birthday."),
    "person": N_("“%(words)s” looks like the name of a patient or citizen."),
    "address": N_("“%(words)s” looks like somebody's address."),
}


def message_for(finding: Finding) -> tuple[str, dict[str, str]]:
    """Return the source text of a finding and the words to put into its translation.

    A page calls ``gettext(text, **words)``. The words of what is refused are masked.

    >>> from matchmaker.screening.screen import screen
    >>> text, words = message_for(screen("Pt. 010203-1234")[0])
    >>> text % words
    'Remove “01••••-••••”: it looks like a CPR number. Nothing has been saved.'
    """
    return _MESSAGES[finding.kind], {"words": finding.excerpt}
