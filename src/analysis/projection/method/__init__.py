"""One method of projection a file, pure arrays."""
