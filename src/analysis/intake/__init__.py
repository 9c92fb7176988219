"""From received files to observations: manifest, readers, harmonisation, row accounts."""
