"""Every table of the project, once, by layer: columns, types, codelists, keys."""
