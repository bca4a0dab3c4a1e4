"""What the manager of a hub sees: numbers, each of which opens its list."""
