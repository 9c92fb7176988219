"""One reader a form."""
