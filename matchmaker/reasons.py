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
