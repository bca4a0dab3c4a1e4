"""Turns a list of finished projects into the organisations that took part.

Each line has ``id, title, description, theme, region, start, end, lead, lead_cvr, partners``, as
the beneficiary list of the Danish structural funds 2007-2013 has (danish-projects-2007-2013.jsonl).

The mapping
-----------
* The lead and every partner become one organisation each. Two names are the same organisation when
  they differ only in capital letters, punctuation, company form (A/S, ApS, ...) or a leading
  "Fonden", "Foreningen", "Den erhvervsdrivende fond", "Den selvejende institution". The name that
  stands there most often is kept, the others become aliases.
* The CVR number is that of the lead, when it is valid and the only one or clearly the most common.
* The kind is guessed from the name: ends in "Kommune": municipality; "sygehus" or "hospital":
  hospital; university, university college, institute, academy: research institution; "klynge" or
  "cluster": cluster; a company form: company; everything else: other.
* A municipality gets its own region, a lead that of most of its projects.
* What is no name ("ApS" alone, "project", a person behind "v/") is refused and reported.
* Each organisation gets one published capability of kind expertise, whose past projects are those
  it took part in, newest first: years, title and the beginning of the description.

The same file gives the same organisations, whatever the order of its lines.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from stdnum.dk import cvr

from matchmaker.transfer.reading import Refusal, Row

SOURCE = "projects"
REGIONS = {
    "Nordjylland": "1081",
    "Midtjylland": "1082",
    "Syddanmark": "1083",
    "Hovedstaden": "1084",
    "Bornholm": "1084",
    "Sjælland": "1085",
}
LONGEST_EXCERPT = 400
LONGEST_TEXT = 48_000
LONGEST_TITLE = 90

_FORM = r"(?:a/s|aps|i/s|k/s|p/s|s/i|as|[afvs]\.?\s?m\.?\s?b\.?\s?a\.?)"
_TRAILING_FORM = re.compile(rf"(?<=\w)[\s,.]*(?<![^\W\d_]){_FORM}[\s.]*$")
_LEADING_FORM = re.compile(r"^a/s\s+")
_LEADING_WORDS = re.compile(
    r"^(?:den erhvervsdrivende fond|den selvejende institution|fonden|foreningen)[\s,]+"
    r"(?!for\b|til\b|af\b)"
)
_NO_NAMES = frozenset(
    ("project", "projekt", "th", "sosu", "aps", "a s", "as", "i s", "den erhvervsdrivende fond")
)
_KINDS = (
    ("municipality", re.compile(r"^(?!.*\bi\b).*kommune$")),
    ("hospital", re.compile(r"sygehus|hospital")),
    (
        "research_institution",
        re.compile(
            r"universitet|university|professionshøjskole|erhvervsakademi|ingeniørhøjskole"
            r"|handelshøjskole|arkitektskole|designskole|\binstitut(?!ion)|forskning"
        ),
    ),
    ("cluster", re.compile(r"klynge|cluster")),
    ("company", re.compile(rf"(?:^|\s|,|\d){_FORM}\.?(?:\s|$)|^aktieselskabet|partnerselskab")),
)


@dataclass(frozen=True)
class Project:
    id: str
    title: str
    description: str
    theme: str
    region: str
    years: str
    lead: str
    lead_cvr: str
    partners: tuple[str, ...]


@dataclass
class Participant:
    """One organisation under all its names, and the projects it took part in."""

    key: str
    names: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)
    projects: dict[str, Project] = field(default_factory=dict)
    led: set[str] = field(default_factory=set)

    @property
    def external_id(self) -> str:
        return re.sub(r"\W+", "-", self.key).strip("-")

    @property
    def name(self) -> str:
        return _most_common(self.names)

    @property
    def aliases(self) -> list[str]:
        return sorted(set(self.names) - {self.name})

    @property
    def cvr(self) -> str | None:
        counted = self.numbers.most_common(2)
        if len(counted) == 2 and counted[0][1] == counted[1][1]:
            return None
        return counted[0][0] if counted else None

    @property
    def region(self) -> str | None:
        return _most_common(self.regions) if self.regions else None

    def newest_first(self) -> list[Project]:
        return sorted(self.projects.values(), key=lambda p: (p.years, p.id), reverse=True)


def gather_participants(
    rows: Iterable[Row | Refusal],
) -> tuple[list[Participant], list[Refusal]]:
    """Return the organisations in the order of their names, and what was not taken."""
    found: defaultdict[str, Participant] = defaultdict(lambda: Participant(""))
    refusals: list[Refusal] = []
    for row in rows:
        if isinstance(row, Refusal):
            refusals.append(row)
            continue
        try:
            project = read_project(row.values)
        except ValueError as error:
            refusals.append(Refusal(row.line, "id, title, partners", str(error)))
            continue
        refusals.extend(Refusal(row.line, *why) for why in _add(found, project))
    return sorted(found.values(), key=lambda participant: participant.key), refusals


def read_project(values: dict[str, Any]) -> Project:
    """Return the project of a line.

    Raises
    ------
    ValueError
        When it has no id, no title, or partners that are no list of names.
    """
    partners = values.get("partners") or []
    if not isinstance(partners, list) or not all(isinstance(name, str) for name in partners):
        raise ValueError("partners must be a list of names")
    if not values.get("id") or not values.get("title"):
        raise ValueError("a project has an id and a title")
    return Project(
        id=_plain(values["id"]),
        title=_plain(values["title"]),
        description=_plain(values.get("description")),
        theme=_plain(values.get("theme")),
        region=_plain(values.get("region")),
        years=_years(_plain(values.get("start")), _plain(values.get("end"))),
        lead=_plain(values.get("lead")),
        lead_cvr=_plain(values.get("lead_cvr")),
        partners=tuple(_plain(name) for name in partners),
    )


def _add(found: dict[str, Participant], project: Project) -> Iterator[tuple[str, str]]:
    """Enter a project with all who took part; yield column and reason of names left out."""
    for column, name in (("lead", project.lead), *(("partners", n) for n in project.partners)):
        if not name:
            continue
        key = same_name(name)
        if not is_name(name):
            yield column, "is not the name of an organisation"
            continue
        participant = found[key]
        participant.key = key
        participant.names[name] += 1
        participant.projects[project.id] = project
        if column == "lead":
            _add_lead(participant, project)


def _add_lead(participant: Participant, project: Project) -> None:
    participant.led.add(project.id)
    if cvr.is_valid(project.lead_cvr):
        participant.numbers[project.lead_cvr] += 1
    if project.region in REGIONS:
        participant.regions[REGIONS[project.region]] += 1


def same_name(name: str) -> str:
    """Return what all ways to write one organisation's name have in common.

    >>> same_name("DANFOSS A/S") == same_name("Danfoss")
    True
    >>> same_name("Den Erhvervsdrivende Fond Væksthus Sjælland")
    'væksthus sjælland'
    """
    plain = unicodedata.normalize("NFKC", name).casefold().replace("&", " og ")
    plain = _LEADING_WORDS.sub("", _LEADING_FORM.sub("", plain.strip()))
    plain = _TRAILING_FORM.sub("", plain)
    return " ".join(re.findall(r"\w+", plain))


def is_name(name: str) -> bool:
    """Whether this names an organisation, rather than a company form or a person."""
    key = same_name(name)
    return len(key) > 1 and key not in _NO_NAMES and not re.match(r"v/|\d+ ?-", name.strip())


def guess_kind(name: str) -> str:
    """Return the kind that the name tells.

    >>> [guess_kind(name) for name in ("Aalborg Kommune", "Linak A/S", "Aarhus Universitet", "LO")]
    ['municipality', 'company', 'research_institution', 'other']
    """
    plain = name.casefold().strip()
    return next((kind for kind, pattern in _KINDS if pattern.search(plain)), "other")


def describe_title(participant: Participant) -> str:
    """Return a title of the capability that fits on one line."""
    newest = participant.newest_first()
    if len(newest) == 1:
        return _shortened(f"Deltog i projektet: {newest[0].title}", LONGEST_TITLE)
    return _shortened(
        f"Erfaring fra {len(newest)} projekter, bl.a. {newest[0].title}", LONGEST_TITLE
    )


def describe_experience(participant: Participant) -> str:
    """Return what the organisation has taken part in, in a sentence or two."""
    newest = participant.newest_first()
    themes = ", ".join(sorted({p.theme.lower() for p in newest if p.theme}))
    count = "ét udviklingsprojekt" if len(newest) == 1 else f"{len(newest)} udviklingsprojekter"
    led = len(participant.led)
    as_lead = f", heraf {led} som leder" if led and len(newest) > 1 else ""
    as_lead = ", som leder" if led and len(newest) == 1 else as_lead
    about = f" Emner: {themes}." if themes else ""
    return f"{participant.name} har deltaget i {count} med tilskud fra EU{as_lead}.{about}"


def list_projects(participant: Participant) -> str:
    """Return the projects newest first, each on a line with an excerpt.

    The room is shared alike, so that the oldest of many projects can still be found.
    """
    projects = participant.newest_first()
    room = LONGEST_TEXT // len(projects) - 1
    return "\n".join(_line(project, room) for project in projects)


def _line(project: Project, room: int) -> str:
    heading = f"{project.years} {project.title}".strip()
    left = min(LONGEST_EXCERPT, room - len(heading) - 2)
    excerpt = _shortened(project.description, left) if left > 0 else ""
    return f"{heading}: {excerpt}" if excerpt else _shortened(heading, room)


def _shortened(text: str, longest: int) -> str:
    """Cut at the end of a sentence where one is near, else between words."""
    if len(text) <= longest:
        return text
    start = text[: longest - 1]
    sentence = max(start.rfind(mark) for mark in (". ", "! ", "? "))
    if sentence > longest * 0.6:
        return start[: sentence + 1]
    return start[: start.rfind(" ")].rstrip(" ,;:-–") + "…"


def _years(start: str, end: str) -> str:
    years = [part for part in (start[-4:], end[-4:]) if part.isdigit()]
    return "-".join(dict.fromkeys(years))


def _plain(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int) else ""


def _most_common(counted: Counter[str]) -> str:
    """Return the most frequent, no capitals throughout if possible; then by the alphabet."""
    return min(counted, key=lambda name: (name.isupper(), -counted[name], name))
