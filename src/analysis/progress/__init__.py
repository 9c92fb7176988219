"""From history and distribution to the verdict on a target."""
