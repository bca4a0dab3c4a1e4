"""Cases: who has them, the clock on them, and those that two people read."""
