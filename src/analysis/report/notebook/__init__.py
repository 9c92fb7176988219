"""The runner of notebooks and what each of them says."""
