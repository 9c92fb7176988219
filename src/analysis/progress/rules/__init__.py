"""Official progress rules, one file each."""
