"""What happens after a need or a capability was saved, outside the save's own transaction."""

from matchmaker.jobs import wake_matching


def profile_changed() -> None:
    """Have suggestions brought up to date soon; never makes the save fail."""
    wake_matching()
