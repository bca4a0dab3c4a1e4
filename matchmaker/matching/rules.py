"""What may be suggested at all. A rule is never weighed against a score."""

from matchmaker.matching.profile import Profile


def may_meet(need: Profile, capability: Profile) -> bool:
    """Whether the two belong to different houses: not one organisation, nor parts of one."""
    return not (need.facts.family & capability.facts.family)
