"""Organisations and people that do not exist, as many as a hub of some size has, from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

from matchmaker.demo.content import Entry
from matchmaker.organisations.reference import municipalities

_FIRST = (
    "Anna", "Mette", "Karen", "Sofie", "Ida", "Lærke", "Signe", "Freja", "Gitte", "Helle", "Amina",
    "Zeynep", "Lars", "Jens", "Peter", "Mads", "Rasmus", "Emil", "Ole", "Henrik", "Farid", "Omar",
    "Mikkel", "Torben",
)  # fmt: skip
_LAST = (
    "Holmgaard", "Brandstrup", "Elkjær", "Tranholm", "Dalgas", "Overby", "Ejlskov", "Vestermark",
    "Kjærsig", "Lindholt", "Refslund", "Skovgaard", "Amiri", "Nørhave", "Damborg", "Hviidberg",
    "Rosenkjær", "Thorup",
)  # fmt: skip
_BEGINNINGS = (
    "Nord", "Klar", "Fjord", "Lys", "Ege", "Sol", "Havn", "Sten", "Vind", "Mose", "Birke", "Trin",
    "Stille", "Tryg", "Rolig", "Hasle", "Sund", "Vege", "Anker", "Pulse", "Linde", "Rav", "Ting",
    "Kystens",
)  # fmt: skip
_ENDINGS = (
    "vagt", "hud", "sense", "bro", "linje", "klang", "spor", "medic", "greb", "robot", "puls",
    "værk", "signal", "care", "løft", "data", "trin", "form",
)  # fmt: skip
_ENDS = ("by", "sted", "lund", "borg", "næs", "rup", "inge", "høj")
_DEPARTMENTS = (
    "Medicinsk Afdeling", "Kirurgisk Afdeling", "Akutafdelingen", "Intensivafsnittet",
    "Børneafdelingen", "Neurologisk Afdeling", "Fødeafdelingen", "Hjemmeplejen", "Genoptræningen",
    "Plejecentrene", "Hjælpemiddeldepotet", "Socialpsykiatrien",
)  # fmt: skip
_FIELDS = ("Sundhedsvidenskab", "Robotteknologi", "Velfærdsteknologi", "Klinisk Forskning")
#: As they are in the sector: mostly small.
_SIZES = ("micro",) * 30 + ("small",) * 38 + ("medium",) * 22 + ("large",) * 10
_REGIONS = ("1083",) * 45 + ("1082",) * 22 + ("1084",) * 18 + ("1085",) * 8 + ("1081",) * 7
_COUNTRIES = ("DK",) * 88 + ("SE",) * 6 + ("NO",) * 3 + ("DE",) * 3
HUB, NEXT_HUB = "hub", "next-hub"
STAFF = ("hub-staff", "hub-manager", "staff-3", "staff-4")
COMPANY_KINDS, PUBLIC_KINDS = ("solution", "service"), ("testbed", "expertise")


@dataclass(frozen=True)
class Cast:
    """Who takes part: everybody's entries, and the keys by what they can stand for."""

    organisations: tuple[Entry, ...]
    people: tuple[Entry, ...]
    companies: tuple[str, ...]
    owners: tuple[str, ...]
    partners: tuple[str, ...]
    speakers: dict[str, str]


def invent_cast(random: Random, *, companies: int, owners: int) -> Cast:
    """Return so many companies and about so many places that have needs, with a person each."""
    firms = [_company(random, name, n) for n, name in zip(range(companies), _names(), strict=False)]
    public = list(_public_bodies(random, owners))
    partners = [entry["key"] for entry in public if entry["kind"] in ("research_institution",)]
    partners += [entry["key"] for entry in public if entry["kind"] == "municipality"]
    having_needs = [entry["key"] for entry in public if entry["kind"] != "research_institution"]
    listed = [*_hubs(), *public, *firms]
    people = [*_staff(random), *_speakers(random, [*public, *firms])]
    return Cast(
        organisations=tuple(listed),
        people=tuple(people),
        companies=tuple(entry["key"] for entry in firms),
        owners=tuple(having_needs),
        partners=tuple(partners),
        speakers={p["organisation"]: p["key"] for p in people if p["role"] == "editor"},
    )


def _names() -> Iterator[str]:
    """Yield names of companies; the first are as different from each other as the last."""
    pairs = list(product(range(len(_BEGINNINGS)), range(len(_ENDINGS))))
    for first, second in pairs:
        yield _BEGINNINGS[(first + second) % len(_BEGINNINGS)] + _ENDINGS[second]
    for first, second in pairs:
        yield f"{_BEGINNINGS[first]}{_ENDINGS[second]} {_LAST[(first + second) % len(_LAST)]}"


def _organisation(key: str, kind: str, name: str, **values: object) -> Entry:
    return {
        "key": key, "kind": kind, "name": name, "parent": None, "cvr": None, "country": "DK",
        "region": "1083", "municipality": None, "size": None, "website": None, "description": "",
        "language": "da", **values,
    }  # fmt: skip


def _hubs() -> list[Entry]:
    return [
        _organisation(HUB, "hub", "Hub Syddanmark"),
        _organisation(NEXT_HUB, "hub", "Hub Nordjylland", region="1081"),
    ]


def _company(random: Random, name: str, number: int) -> Entry:
    country = random.choice(_COUNTRIES)
    form = "ApS" if random.random() < 0.6 else "A/S"
    at_home = country == "DK"
    return _organisation(
        f"company-{number}", "company", f"{name} {form if at_home else 'International'}",
        country=country, region=random.choice(_REGIONS) if at_home else None,
        size=random.choice(_SIZES) if random.random() < 0.95 else None,
        language="da" if at_home else "en",
    )  # fmt: skip


def _public_bodies(random: Random, owners: int) -> Iterator[Entry]:
    for number, field in enumerate(_FIELDS):
        yield _organisation(f"research-{number}", "research_institution", f"Institut for {field}")
    towns = [begin + end for begin, end in product(_BEGINNINGS, _ENDS)]
    random.shuffle(towns)
    codes = [each.code for each in municipalities().values() if each.region == "1083"]
    for number in range(max(2, owners // 4)):
        town, kind = towns[number], ("municipality", "municipality", "hospital")[number % 3]
        far = number % 20 == 4
        name = f"{town} Kommune" if kind == "municipality" else f"{town} Sygehus"
        code = codes[number % len(codes)] if kind == "municipality" and not far else None
        place = {"region": "1081" if far else "1083", "municipality": code}
        yield _organisation(f"body-{number}", kind, name, **place)
        for place_number in range(2):
            under = f"{_DEPARTMENTS[(number * 2 + place_number) % len(_DEPARTMENTS)]}, {town}"
            yield _organisation(
                f"department-{number}-{place_number}", "department", under,
                parent=f"body-{number}", region=place["region"],
            )  # fmt: skip
        yield _organisation(f"practice-{number}", "general_practice", f"Lægerne i {town}")


def _staff(random: Random) -> Iterator[Entry]:
    for number, key in enumerate(STAFF):
        role = "hub_manager" if key == "hub-manager" else "hub_staff"
        title = "Hubleder" if role == "hub_manager" else "Innovationsrådgiver"
        yield _person(random, key, HUB, role, title, 90_000 + number)
    yield _person(random, "next-staff", NEXT_HUB, "hub_staff", "Innovationsrådgiver", 90_010)


def _speakers(random: Random, organisations: list[Entry]) -> Iterator[Entry]:
    for number, entry in enumerate(organisations):
        title = {"company": "Direktør", "general_practice": "Praktiserende læge"}
        yield _person(
            random, f"person-{number}", entry["key"], "editor",
            title.get(entry["kind"], "Udviklingsansvarlig"), number, entry["language"],
        )  # fmt: skip


def _person(
    random: Random,
    key: str,
    organisation: str,
    role: str,
    title: str,
    number: int,
    language: str = "da",
) -> Entry:
    name = f"{random.choice(_FIRST)} {random.choice(_LAST)}"
    return {
        "key": key, "name": name, "email": f"{key}@{organisation}.example", "title": title,
        "organisation": organisation, "role": role, "language": language, "number": number,
    }  # fmt: skip
