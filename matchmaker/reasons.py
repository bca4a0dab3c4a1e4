"""The coded reasons for a no, the same wherever somebody says it."""

#: Why somebody says no: staff, the need's owner or whoever offers something.
REASONS = (
    "not_the_problem",
    "too_early",
    "lacks_evidence",
    "price",
    "capacity",
    "has_one",
    "conflict",
    "not_now",
    "other",
)
#: Why the hub goes on without somebody who has not said no; what is left out in other words is
#: told to them by the hub itself.
LEAVING_REASONS = REASONS[:-1]
