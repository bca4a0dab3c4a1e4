"""What each party has agreed to show, and who must not meet whom."""
