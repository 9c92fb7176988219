"""Definition cards, areas in time, sources and the words a user reads."""
