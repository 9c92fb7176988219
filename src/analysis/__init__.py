"""From received statistics to a verdict on every target of a plan."""
