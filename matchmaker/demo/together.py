"""How one collaboration of a generated hub goes, from the draft to its end."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from matchmaker.demo.content import Entry
from matchmaker.demo.timeline import Event

#: Returns a working moment so many days after another, at least and at most.
Later = Callable[[Random, datetime, float, float], datetime]

_INTRODUCTIONS = {
    "da": "Vi tror, at I kan have glæde af at tale sammen. Svar blot ja eller nej tak.",
    "en": "We think that you would gain from talking to each other. Just answer yes or no.",
}
_QUESTIONS = ("Hvor mange borgere drejer det sig om?", "Skal det kobles til journalen?")
_REPLIES = ("Omkring 40 om året.", "Nej, det er ikke et krav til at begynde med.")
#: Each stage with the chance that it is reached from the one before, and the days until then.
_STAGES = (
    ("dialogue", 0.88, 4, 20),
    ("test", 0.62, 20, 70),
    ("agreement", 0.6, 40, 110),
    ("operation", 0.8, 30, 90),
    ("scaled", 0.4, 60, 160),
)
_STOPS = ("price", "lacks_evidence", "capacity", "has_one", "too_early", "finished", "not_now")


#: Yields what the parties say, and returns the last answer and when it came.
Answering = Generator[Event, None, tuple[str, datetime]]


@dataclass(frozen=True)
class Together:
    """The events of one collaboration in order; the last one closes it or says how far it came."""

    key: str
    staff: str
    events: tuple[Event, ...]
    is_cut: bool = False

    def runs_at(self, now: datetime) -> bool:
        """Whether it has been proposed by then and has neither ended nor been scaled."""
        kinds = [(event.kind, event.entry.get("stage")) for event in self.events if event.at < now]
        invited = ("invite", None) in kinds
        return invited and not any(
            kind == "close" or (kind, stage) == ("move", "scaled") for kind, stage in kinds
        )

    @property
    def could_go_on(self) -> bool:
        """Whether it came under way before it was closed, and not because its need was."""
        kinds = [event.kind for event in self.events]
        return "move" in kinds and kinds[-1] == "close" and not self.is_cut

    def without_end(self) -> "Together":
        return replace(self, events=self.events[:-1])

    def ended_before(self, end: datetime) -> "Together":
        """Return it as it is when it has to be over by then."""
        past = tuple(event for event in self.events if event.at < end - timedelta(days=2))
        kinds = {event.kind for event in past}
        if "propose" not in kinds:
            return replace(self, events=())
        if "close" in kinds or any(event.entry.get("stage") == "scaled" for event in past):
            return replace(self, events=past, is_cut=True)
        reason = "finished" if any(event.kind == "move" for event in past) else "no_answer"
        at = max(past[-1].at + timedelta(minutes=20), end - timedelta(days=1))
        closing = {"collaboration": self.key, "by": self.staff, "reason": reason}
        closed = Event(at, "close", closing)
        return replace(self, events=(*past, closed), is_cut=True)


def tell_collaboration(
    random: Random,
    need: Entry,
    capability: Entry,
    approved_at: datetime,
    staff: str,
    later: Later,
    reasons: Sequence[str],
) -> Together:
    """Return how the parties of an approved suggestion get on; one in five is never proposed."""
    key = f"{need['key']} {capability['key']}"
    if random.random() < 0.2:
        return Together(key, staff, ())
    told = _Teller(random, key, need, capability, staff, later, reasons)
    return Together(key, staff, tuple(told.tell(approved_at)))


@dataclass(frozen=True)
class _Teller:
    random: Random
    key: str
    need: Entry
    capability: Entry
    staff: str
    later: Later
    reasons: Sequence[str]

    def tell(self, approved_at: datetime) -> Iterator[Event]:
        at = self._after(approved_at, 0.5, 7)
        yield self._event(at, "propose", **self._draft())
        if self.random.random() < 0.03:
            # Some drafts are never sent.
            return
        at += timedelta(minutes=10)
        yield self._event(at, "invite")
        said, at = yield from self._answers(at)
        if said == "yes":
            yield from self._follow(at)

    def _draft(self) -> Entry:
        language = self.need["language"]
        return {
            "need": self.need["key"], "capabilities": [self.capability["key"]],
            "title": self.need["title"], "language": language,
            "introduction": _INTRODUCTIONS[language],
        }  # fmt: skip

    def _answers(self, invited_at: datetime) -> Answering:
        """Yield what both sides say; the need's owner says no less often than the company."""
        last = invited_at
        for owner, chances in ((self.need, (0.84, 0.11)), (self.capability, (0.78, 0.15))):
            said = self.random.choices(("yes", "no", ""), (*chances, 1 - sum(chances)))[0]
            at = max(self._after(invited_at, 0.2, 10), last + timedelta(minutes=30))
            if said == "yes" and self.random.random() < 0.12:
                yield self._answer(owner, "later", invited_at + timedelta(hours=3))
                at = self._after(max(at, last), 15, 25)
            if said:
                yield self._answer(owner, said, at)
                last = at
            if said != "yes":
                yield self._closing(self._after(at, 3, 9) if said else self._after(last, 28, 40),
                                    self.reason if said else "no_answer")  # fmt: skip
                return said, last
            if self.random.random() < 0.08:
                yield from self._question(owner, at)
        return "yes", last

    @property
    def reason(self) -> str:
        return self.random.choice([reason for reason in self.reasons if reason != "other"])

    def _answer(self, owner: Entry, said: str, at: datetime) -> Event:
        more: Entry = {"reason": self.reason} if said == "no" else {}
        more |= {"later_days": 14} if said == "later" else {}
        return self._event(at, "answer", owner["owner"], answer=said, **more)

    def _question(self, owner: Entry, at: datetime) -> Iterator[Event]:
        number = self.random.randrange(len(_QUESTIONS))
        key = f"{self.key} {owner['owner']}"
        asked = at + timedelta(minutes=5)
        yield self._event(asked, "ask", owner["owner"], question=key, text=_QUESTIONS[number])
        replied = asked + timedelta(hours=self.random.randint(1, 30))
        yield self._event(replied, "reply", question=key, text=_REPLIES[number])

    def _follow(self, at: datetime) -> Iterator[Event]:
        at += timedelta(hours=1)
        for stage, chance, least, most in _STAGES:
            if self.random.random() > chance:
                if stage == "scaled":
                    return
                yield self._closing(self._after(at, least, most * 1.4), self.random.choice(_STOPS))
                return
            at = self._after(at, least, most)
            by = self.random.choice((self.staff, self.need["owner"], self.capability["owner"]))
            yield self._event(at, "move", by, stage=stage)
            if self.random.random() < 0.3:
                yield self._event(
                    at + timedelta(minutes=15), "note", self.staff, audience="hub",
                    text="Talt i telefon med begge. De er på vej.",
                )  # fmt: skip

    def _closing(self, at: datetime, reason: str) -> Event:
        return self._event(at, "close", reason=reason)

    def _after(self, start: datetime, least: float, most: float) -> datetime:
        return max(self.later(self.random, start, least, most), start + timedelta(minutes=30))

    def _event(self, at: datetime, kind: str, by: str | None = None, **entry: object) -> Event:
        return Event(at, kind, {"collaboration": self.key, "by": by or self.staff, **entry})
