"""Help for hub staff, in the product itself."""
