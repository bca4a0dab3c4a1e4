"""What needs and capabilities share: versions, states, expiry, rights, search."""
