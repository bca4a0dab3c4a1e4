"""How a purchase would go if the test goes well: asked for before the test starts."""

from dataclasses import dataclass

#: ``undecided`` is an answer: everything is then done as if a tender came.
PATHS = (
    "tender",
    "innovation_partnership",
    "existing_agreement",
    "direct",
    "no_purchase",
    "undecided",
)
#: Where a company that knows more than others may have to be kept out.
COMPETITIVE_PATHS = ("tender", "innovation_partnership")
VALUE_BANDS = ("under", "near", "over", "unknown")


@dataclass(frozen=True)
class PlanAnswers:
    """`form` is one of the guide's, `agreed` the points of the agreement that are settled."""

    path: str
    value_band: str
    decides: str
    form: str
    agreed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The answers as they were last given; `saved_by` is a name."""

    sequence: int
    answers: PlanAnswers
    saved_by: str
    saved_at: str

    @property
    def is_competitive(self) -> bool:
        return self.answers.path in COMPETITIVE_PATHS

    @property
    def is_open(self) -> bool:
        return self.answers.path == "undecided"
