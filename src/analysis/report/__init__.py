"""Charts, pages, notebooks and the figures printed on them."""
