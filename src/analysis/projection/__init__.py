"""From history to the distribution of the future."""
