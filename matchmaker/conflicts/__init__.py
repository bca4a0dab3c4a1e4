"""Who must not meet whom: ties of organisation, ownership and person."""
