"""Which form of cooperation fits: six questions and rules, as data. Words are in ``labels.py``.

>>> choose({"aim": "learn", "exists": "ready", "pays": "nothing", "later": "no",
...         "value": "under", "others": "several"}).form
'small_test'
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from matchmaker.procurement.errors import UnknownAnswerError

FORMS = (
    "small_test",
    "explorative_opi",
    "innovative_procurement",
    "innovation_partnership",
    "strategic_cooperation",
)
#: Each question with its answers, in the order in which they are asked.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "aim": ("learn", "develop", "buy", "long"),
    "exists": ("ready", "adapting", "no"),
    "pays": ("nothing", "costs", "full"),
    "later": ("no", "maybe", "yes"),
    "value": ("under", "near", "over", "unknown"),
    "others": ("one", "several", "unknown"),
}
#: What an agreement should settle, whatever the form.
AGREEMENT_POINTS = (
    "results",
    "secrecy",
    "data",
    "payment",
    "new_parties",
    "state_aid",
    "afterwards",
)
Answers = Mapping[str, str]
Condition = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Rule:
    """A form and when it fits; a question that `when` does not name may have any answer."""

    name: str
    form: str
    when: Condition = field(default_factory=dict)

    def fits(self, answers: Answers) -> bool:
        return _meets(answers, self.when)


@dataclass(frozen=True)
class Advice:
    """Something to mind about a later purchase, and when it is said."""

    name: str
    when: Condition = field(default_factory=dict)


_CO_FINANCED = ("nothing", "costs")
_MAY_EXCEED = ("near", "over", "unknown")

#: The first rule that fits decides; the last one fits always.
RULES = (
    Rule("long_term", "strategic_cooperation", {"aim": ("long",)}),
    Rule(
        "test_what_is_ready",
        "small_test",
        {"aim": ("learn",), "exists": ("ready",), "pays": _CO_FINANCED},
    ),
    Rule(
        "buy_what_must_be_developed",
        "innovation_partnership",
        {
            "aim": ("develop", "buy"),
            "exists": ("no",),
            "pays": ("full",),
            "later": ("yes",),
            "value": _MAY_EXCEED,
        },
    ),
    Rule("buy_openly", "innovative_procurement", {"aim": ("buy",)}),
    Rule("paid_is_bought", "innovative_procurement", {"pays": ("full",)}),
    Rule("develop_together", "explorative_opi", {"aim": ("develop",)}),
    Rule("learn_together", "explorative_opi"),
)

#: Everything that fits is said, in this order.
ADVICE = (
    Advice("payment_is_purchase", {"pays": ("full",)}),
    Advice("costs_are_written", {"pays": ("costs",)}),
    Advice("free_is_no_promise", {"pays": ("nothing",)}),
    Advice("share_all", {"later": ("maybe", "yes"), "value": _MAY_EXCEED}),
    Advice("small_purchase", {"later": ("maybe", "yes"), "value": ("under",)}),
    Advice("no_purchase", {"later": ("no",)}),
    Advice("choose_openly", {"others": ("several", "unknown")}),
    Advice("test_the_market", {"others": ("one",)}),
)


@dataclass(frozen=True)
class Choice:
    """The form that fits, by which rule, and what to mind."""

    form: str
    rule: str
    advice: tuple[str, ...]


def choose(answers: Answers) -> Choice:
    """Return the form for a full set of answers.

    Raises
    ------
    UnknownAnswerError
        When a question has no answer, or one that was not offered.
    """
    check_answers(answers)
    rule = next(rule for rule in RULES if rule.fits(answers))
    advice = tuple(advice.name for advice in ADVICE if _meets(answers, advice.when))
    return Choice(rule.form, rule.name, advice)


def check_answers(answers: Answers) -> None:
    for question, offered in QUESTIONS.items():
        if answers.get(question) not in offered:
            raise UnknownAnswerError(question)


def _meets(answers: Answers, when: Condition) -> bool:
    return all(answers[question] in values for question, values in when.items())
