"""Finding words that may point to a person: a name beside "patient", a birthday, an address."""

from matchmaker.screening.finding import Finding


def find_persons(text: str) -> list[Finding]:
    return []
