"""The verbs: four steps in order, and the command line."""
