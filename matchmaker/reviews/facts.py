"""What fits, clashes or is not stated between a need and a capability, apart from their texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

MATURE_TRL = 8
EARLY_TRL = 5


@dataclass(frozen=True)
class Fact:
    """One fact. `verdict` is ``fits``, ``clashes``, ``unknown`` or ``mind`` (worth a thought)."""

    topic: str
    verdict: str
    code: str
    value: str = ""
    until: str = ""


@dataclass(frozen=True)
class Sides:
    """What both sides have stated; empty means not stated."""

    need_region: str | None
    need_language: str
    kind: str
    region: str | None
    country: str
    languages: tuple[str, ...]
    markets: tuple[str, ...]
    trl: int | None
    ce_marked: bool | None
    device_class: str | None
    price_model: str
    periods: tuple[tuple[str, str], ...] = ()
    is_booked_out: bool = False
    same_family: bool = False


def list_facts(sides: Sides, today: date) -> list[Fact]:
    """Return the facts that matter for this kind of capability: clashes first, unknowns last."""
    facts = [fact for rule in _RULES for fact in rule(sides, today)]
    order = ("clashes", "mind", "fits", "unknown")
    return sorted(facts, key=lambda fact: order.index(fact.verdict))


def _family(sides: Sides, _today: date) -> Iterator[Fact]:
    if sides.same_family:
        yield Fact("family", "mind" if sides.kind == "testbed" else "clashes", "same_house")


def _region(sides: Sides, _today: date) -> Iterator[Fact]:
    if sides.country != "DK":
        yield Fact("region", "mind", "abroad", sides.country)
    elif not sides.region or not sides.need_region:
        yield Fact("region", "unknown", "region_unknown")
    elif sides.region == sides.need_region:
        yield Fact("region", "fits", "same_region", sides.region)
    else:
        yield Fact("region", "mind", "other_region", sides.region)


def _market(sides: Sides, _today: date) -> Iterator[Fact]:
    if sides.kind not in ("solution", "service"):
        return
    if not sides.markets:
        yield Fact("market", "unknown", "markets_unknown")
    elif "DK" in sides.markets:
        yield Fact("market", "fits", "sold_in_denmark")
    else:
        yield Fact("market", "clashes", "not_in_denmark", ", ".join(sides.markets))


def _language(sides: Sides, _today: date) -> Iterator[Fact]:
    if not sides.languages:
        yield Fact("language", "unknown", "languages_unknown")
    elif {sides.need_language, "da"} & set(sides.languages):
        yield Fact("language", "fits", "speaks_language", ", ".join(sides.languages))
    else:
        yield Fact("language", "clashes", "lacks_language", ", ".join(sides.languages))


def _maturity(sides: Sides, _today: date) -> Iterator[Fact]:
    if sides.kind != "solution":
        return
    if sides.trl is None:
        yield Fact("maturity", "unknown", "trl_unknown")
    elif sides.trl >= MATURE_TRL:
        yield Fact("maturity", "fits", "mature", str(sides.trl))
    else:
        early = sides.trl <= EARLY_TRL
        yield Fact("maturity", "mind", "early" if early else "in_test", str(sides.trl))


def _marking(sides: Sides, _today: date) -> Iterator[Fact]:
    if sides.kind != "solution" or sides.device_class == "not_a_device":
        return
    if sides.ce_marked is None:
        yield Fact("marking", "unknown", "ce_unknown")
    elif sides.ce_marked:
        yield Fact("marking", "fits", "ce_marked", sides.device_class or "")
    else:
        yield Fact("marking", "mind", "not_ce_marked", sides.device_class or "")


def _price(sides: Sides, _today: date) -> Iterator[Fact]:
    if sides.kind in ("solution", "service") and not sides.price_model:
        yield Fact("price", "unknown", "price_unknown")


def _room(sides: Sides, today: date) -> Iterator[Fact]:
    if sides.kind != "testbed":
        return
    coming = [period for period in sorted(sides.periods) if period[1] >= today.isoformat()]
    if not sides.periods and not sides.is_booked_out:
        yield Fact("room", "unknown", "periods_unknown")
    elif coming:
        code = "free_now" if coming[0][0] <= today.isoformat() else "free_from"
        yield Fact("room", "fits", code, coming[0][0], coming[0][1])
    else:
        yield Fact("room", "clashes", "not_free")


_RULES: tuple[Any, ...] = (
    _family, _maturity, _marking, _market, _region, _language, _room, _price,
)  # fmt: skip
