"""The track record, told."""
