"""Counts a hub's numbers from its audit log alone, with nothing of the overview's own code.

The log is read once, oldest event first; what is left is where every record stands and when it
came to each state. Only which themes a text names is not in the log.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from matchmaker.database import Database

STEPS = ["suggested", "reviewed", "approved", "proposed", "introduced", "dialogue", "test",
         "agreement", "operation", "scaled"]  # fmt: skip
STAGES = {"invited": 3, "introduced": 4, "dialogue": 5, "test": 6, "agreement": 7,
          "operation": 8, "scaled": 9}  # fmt: skip
OPEN = {"need": ("submitted", "published"), "capability": ("published",)}
Pair = tuple[int, int]
#: Danish public holidays on weekdays; since 2024 the fourth Friday after Easter is none.
HOLIDAYS = (
    "2024-12-25 2024-12-26 2025-01-01 2025-04-17 2025-04-18 2025-04-21 2025-05-29 2025-06-09 "
    "2025-12-25 2025-12-26 2026-01-01 2026-04-02 2026-04-03 2026-04-06 2026-05-14 2026-05-25"
)


@dataclass
class Profile:
    organisation: int
    hub: int | None
    states: list[tuple[str, str]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    came: str = ""

    @property
    def state(self) -> str:
        return self.states[-1][1]


@dataclass
class Suggestion:
    """What was decided, as (at, decision, reason), and the collaborations it stood in."""

    made: str
    withdrawn: bool = False
    decisions: list[tuple[str, str, str | None]] = field(default_factory=list)
    collaborations: list[int] = field(default_factory=list)


@dataclass
class Collaboration:
    hub: int
    stages: list[tuple[str, str]] = field(default_factory=list)
    reason: str | None = None


@dataclass
class Hub:
    organisations: dict[int, dict[str, Any]] = field(default_factory=dict)
    profiles: dict[str, dict[int, Profile]] = field(
        default_factory=lambda: {"need": {}, "capability": {}}
    )
    suggestions: dict[Pair, Suggestion] = field(default_factory=dict)
    pairs: dict[int, Pair] = field(default_factory=dict)
    collaborations: dict[int, Collaboration] = field(default_factory=dict)
    need_parties: set[int] = field(default_factory=set)
    party_of: dict[int, int] = field(default_factory=dict)
    answers: dict[int, tuple[str, str, str | None]] = field(default_factory=dict)


def read_log(db: Database) -> Hub:
    hub = Hub()
    readers = {
        "organisation": _organisation,
        "need": _profile,
        "capability": _profile,
        "case": _case,
        "suggestion": _settle,
        "review": _review,
        "collaboration": _collaboration,
    }
    for row in db.rows("select * from audit_event order by id"):
        kind = row["action"].split(".")[0]
        if kind in readers:
            readers[kind](hub, row, json.loads(row["detail"]))
    return hub


def _verb(row: dict[str, Any]) -> str:
    return str(row["action"].split(".", 1)[1])


def _case(hub: Hub, row: dict[str, Any], detail: dict[str, Any]) -> None:
    need = hub.profiles["need"][row["subject_id"]]
    if detail["owner_id"] == row["actor_id"]:
        need.taken.append(row["at"])
    if _verb(row) == "hand_over" and need.hub == detail["hub_id"]:
        need.came = row["at"]


def _organisation(hub: Hub, row: dict[str, Any], detail: dict[str, Any]) -> None:
    if "kind" in detail:
        hub.organisations[row["subject_id"]] = detail


def _profile(hub: Hub, row: dict[str, Any], detail: dict[str, Any]) -> None:
    profiles = hub.profiles[row["subject_kind"]]
    if row["action"].endswith(".create"):
        profiles[row["subject_id"]] = Profile(detail["organisation_id"], detail.get("hub_id"))
    if row["subject_id"] in profiles:
        profile = profiles[row["subject_id"]]
        profile.hub = detail.get("to_hub_id", detail.get("hub_id", profile.hub))
        if row["to_state"] and row["to_state"] != row["from_state"]:
            profile.states.append((row["at"], row["to_state"]))


def _settle(hub: Hub, row: dict[str, Any], detail: dict[str, Any]) -> None:
    if _verb(row) != "settle":
        return
    for capability in detail["added"]:
        pair = (row["subject_id"], capability)
        hub.suggestions.setdefault(pair, Suggestion(row["at"])).withdrawn = False
    for capability in detail["withdrawn"]:
        hub.suggestions[row["subject_id"], capability].withdrawn = True


def _review(hub: Hub, row: dict[str, Any], detail: dict[str, Any]) -> None:
    verb = _verb(row)
    if verb not in ("approve", "reject", "defer", "refer", "reopen"):
        return
    pair = (detail["need_id"], detail["capability_id"])
    hub.pairs[row["subject_id"]] = pair
    hub.suggestions[pair].decisions.append((row["at"], verb, detail["reason"]))


def _collaboration(hub: Hub, row: dict[str, Any], detail: dict[str, Any]) -> None:
    key, verb = row["subject_id"], _verb(row)
    if verb == "create":
        hub.collaborations[key] = Collaboration(detail["hub_id"])
        for suggestion_id in detail["suggestion_ids"]:
            hub.suggestions[hub.pairs[suggestion_id]].collaborations.append(key)
    if key not in hub.collaborations:
        return
    found = hub.collaborations[key]
    if verb == "invite":
        hub.need_parties.add(detail["party_ids"][0])
    if verb == "hand_over":
        found.hub = detail["to_hub_id"]
    if verb.startswith("answer_"):
        party = detail["party_id"]
        hub.party_of[party] = key
        hub.answers[party] = (row["at"], verb.removeprefix("answer_"), detail["reason"])
    if row["to_state"] and row["to_state"] != row["from_state"]:
        found.stages.append((row["at"], row["to_state"]))
        found.reason = detail.get("reason") if row["to_state"] == "closed" else found.reason


class Counted:
    """The numbers of one period and hub."""

    def __init__(self, hub: Hub, first: datetime, after: datetime, hub_id: int | None) -> None:
        self.hub, self.hub_id = hub, hub_id
        zone = ZoneInfo("UTC")
        self.start = first.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.end = after.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.made = {
            pair: each
            for pair, each in hub.suggestions.items()
            if self.within(each.made) and self._at_hub(hub.profiles["need"][pair[0]].hub)
        }
        self.noted = {pair: self._moments(each) for pair, each in self.made.items()}
        self.furthest = {
            pair: max(step for step, at in enumerate(moments) if at)
            for pair, moments in self.noted.items()
        }

    def within(self, at: str) -> bool:
        return self.start <= at < self.end

    def _at_hub(self, hub_id: int | None) -> bool:
        return self.hub_id is None or hub_id == self.hub_id

    def _moments(self, each: Suggestion) -> list[str | None]:
        seen = [at for at, verb, _reason in each.decisions if verb != "reopen"]
        verbs = [verb for _at, verb, _reason in each.decisions] + [""]
        stood = [
            at
            for place, (at, verb, _reason) in enumerate(each.decisions)
            if verb == "approve" and verbs[place + 1] != "reopen"
        ]
        moments = [each.made, min(seen, default=None), min(stood, default=None), *[None] * 7]
        for key in each.collaborations:
            for at, stage in self.hub.collaborations[key].stages:
                if stage in STAGES:
                    place = STAGES[stage]
                    moments[place] = min(at, moments[place] or at)
        return moments

    def funnel(self) -> dict[str, dict[str, int]]:
        table: dict[str, dict[str, int]] = {}
        for step, name in enumerate(STEPS):
            here = [pair for pair, furthest in self.furthest.items() if furthest >= step]
            table[name] = {"suggestions": len(here), "needs": len({need for need, _ in here})}
            if step >= 3:
                keys = {key for pair in here for key in self.made[pair].collaborations}
                table[name]["collaborations"] = sum(self._came_to(key, step) for key in keys)
        return table

    def _came_to(self, key: int, step: int) -> bool:
        stages = [STAGES.get(name, 0) for _at, name in self.hub.collaborations[key].stages]
        return max(stages, default=0) >= step

    def median_days(self, step: int) -> float | None:
        days = []
        for pair, moments in self.noted.items():
            at, before = moments[step], [m for m in moments[step - 1 :] if m]
            if self.furthest[pair] >= step and at:
                days.append(_days(min(before), at))
        return round(median(days), 1) if days else None

    def waiting(self) -> dict[str, tuple[int, int]]:
        looked = [m for m in self.noted.values() if m[1]]
        waits = [p for p, each in self.made.items() if not self.noted[p][1] and self._is_open(p)]
        approved = [p for p, m in self.noted.items() if m[2]]
        proposed = [p for p in approved if self.noted[p][3]]
        to_propose = [p for p in approved if not self.noted[p][3] and self._waits_for_proposal(p)]
        sent = [c for c in self._of_hub() if self._first(c, "invited")]
        agreed = [c for c in sent if self._first(c, "introduced")]
        asked = [c for c in sent if c.stages[-1][1] == "invited"]
        return {
            "look": (len(looked), len(waits)),
            "propose": (len(proposed), len(to_propose)),
            "answer": (len(agreed), len(asked)),
            **self._needs_waiting(),
        }

    def _of_hub(self) -> list[Collaboration]:
        return [
            c
            for c in self.hub.collaborations.values()
            if self._at_hub(c.hub) and self.within(self._first(c, "invited") or "")
        ]

    def _first(self, collaboration: Collaboration, stage: str) -> str | None:
        return min((at for at, name in collaboration.stages if name == stage), default=None)

    def _is_open(self, pair: Pair) -> bool:
        need, capability = pair
        return (
            not self.hub.suggestions[pair].withdrawn
            and self.hub.profiles["need"][need].state in OPEN["need"]
            and self.hub.profiles["capability"][capability].state in OPEN["capability"]
        )

    def _waits_for_proposal(self, pair: Pair) -> bool:
        each = self.made[pair]
        is_open = self.hub.profiles["need"][pair[0]].state in OPEN["need"]
        return is_open and each.decisions[-1][1] == "approve"

    def _needs_waiting(self) -> dict[str, tuple[int, int]]:
        found = {"need_look": Counter[bool](), "need_met": Counter[bool]()}
        first_look, first_meeting = self._firsts()
        for key, need in self.hub.profiles["need"].items():
            opened = min((at for at, s in need.states if s in OPEN["need"]), default="")
            if not (self.within(opened) and self._at_hub(need.hub)):
                continue
            for name, over in (("need_look", first_look), ("need_met", first_meeting)):
                if key in over:
                    found[name][True] += 1
                elif need.state in OPEN["need"]:
                    found[name][False] += 1
        return {name: (counts[True], counts[False]) for name, counts in found.items()}

    def _firsts(self) -> tuple[set[int], set[int]]:
        looked, met = set(), set()
        for (need, _capability), each in self.hub.suggestions.items():
            if any(verb != "reopen" for _at, verb, _reason in each.decisions):
                looked.add(need)
            stages = [s for key in each.collaborations for s in self.hub.collaborations[key].stages]
            if any(name == "introduced" for _at, name in stages):
                met.add(need)
        return looked, met

    def clock(self, today: date) -> dict[str, int]:
        """Return the cases of the period by when somebody first acted, in Danish working days."""
        looks: dict[int, list[str]] = defaultdict(list)
        for (need, _capability), each in self.hub.suggestions.items():
            looks[need] += [at for at, verb, _reason in each.decisions if verb != "reopen"]
        names = ("in_time", "late", "overdue", "waiting", "waiting_overdue", "gone")
        found = dict.fromkeys(names, 0)
        for key, need in self.hub.profiles["need"].items():
            came = need.came or min((at for at, s in need.states if s in OPEN["need"]), default="")
            if not (came and self.within(came) and self._at_hub(need.hub)):
                continue
            acted = min((at for at in [*looks[key], *need.taken] if at >= came), default=None)
            days = _working_days(_day(came), _day(acted) if acted else today)
            if acted:
                found["in_time" if days <= 4 else "late" if days < 6 else "overdue"] += 1
            elif need.state in OPEN["need"]:
                found["waiting"] += 1
                found["waiting_overdue"] += days >= 6
            else:
                found["gone"] += 1
        return found if sum(found.values()) else {}

    def groups(self, name: str) -> dict[str, dict[str, int]]:
        table: dict[str, dict[str, int]] = defaultdict(Counter)
        met = {need for (need, _), step in self.furthest.items() if step >= 4}
        houses: dict[str, set[int]] = defaultdict(set)
        for noun, column in (("need", "needs"), ("capability", "capabilities")):
            for key, profile in self.hub.profiles[noun].items():
                if not self._took_part(noun, profile):
                    continue
                group = self.group(name, profile.organisation)
                houses[group].add(profile.organisation)
                table[group][column] += 1
                table[group]["needs_met"] += noun == "need" and key in met
        for group, members in houses.items():
            table[group]["organisations"] = len(members)
        for (_need, capability), step in self.furthest.items():
            owner = self.hub.profiles["capability"][capability].organisation
            for column, least in (("places", 0), ("proposed", 3), ("introduced", 4)):
                table[self.group(name, owner)][column] += step >= least
        return table

    def _took_part(self, noun: str, profile: Profile) -> bool:
        opened = min((at for at, s in profile.states if s in OPEN[noun]), default="9")
        lasted = profile.state in OPEN[noun] or profile.states[-1][0] >= self.start
        is_ours = noun == "capability" or self._at_hub(profile.hub)
        return is_ours and opened < self.end and lasted

    def group(self, name: str, organisation: int) -> str:
        own = self.hub.organisations[organisation]
        above = self.hub.organisations.get(own.get("parent_id") or 0, {})
        if name == "kinds":
            return str(
                above.get("kind", own["kind"]) if own["kind"] == "department" else own["kind"]
            )
        if name == "sizes":
            return str(own["size"] or "unknown") if own["kind"] == "company" else ""
        if own["country"] != "DK":
            return "abroad"
        return str(own["region"] or above.get("region") or "unknown")

    def losses(self) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for (need, _capability), each in self.hub.suggestions.items():
            if each.decisions and self._at_hub(self.hub.profiles["need"][need].hub):
                at, verb, reason = each.decisions[-1]
                if verb == "reject" and self.within(at):
                    found["staff"][reason or ""] += 1
        for party, (at, answer, reason) in self.hub.answers.items():
            is_ours = self._at_hub(self.hub.collaborations[self.hub.party_of[party]].hub)
            if answer == "no" and is_ours and self.within(at):
                side = "need_side" if party in self.hub.need_parties else "offer_side"
                found[side][reason or ""] += 1
        for each in self.hub.collaborations.values():
            at, stage = each.stages[-1]
            if stage == "closed" and self._at_hub(each.hub) and self.within(at):
                found["closed"][each.reason or ""] += 1
        return found

    def themes(self, named: dict[tuple[str, int], set[str]]) -> dict[str, dict[str, int]]:
        taken = {need for (need, _), each in self.hub.suggestions.items() if self._is_taken(each)}
        table: dict[str, dict[str, int]] = defaultdict(Counter)
        for noun, column in (("need", "needs"), ("capability", "capabilities")):
            for key, profile in self.hub.profiles[noun].items():
                is_ours = noun == "capability" or self._at_hub(profile.hub)
                if profile.state in OPEN[noun] and is_ours:
                    for concept in named.get((noun, key), ()):
                        table[concept][column] += 1
                        table[concept]["unmet"] += noun == "need" and key not in taken
        return {concept: counts for concept, counts in table.items() if counts["needs"]}

    def _is_taken(self, each: Suggestion) -> bool:
        if not each.collaborations:
            return bool(each.decisions) and each.decisions[-1][1] == "approve"
        last = [self.hub.collaborations[key].stages[-1][1] for key in each.collaborations]
        return any(stage != "closed" for stage in last)


def _days(start: str, end: str) -> float:
    between = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return between.total_seconds() / 86_400


def _day(at: str) -> date:
    return datetime.fromisoformat(at).astimezone(ZoneInfo("Europe/Copenhagen")).date()


def _working_days(start: date, end: date) -> int:
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    return sum(day.weekday() < 5 and day.isoformat() not in HOLIDAYS for day in days)
