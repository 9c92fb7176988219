"""A plan and its targets, as data."""
