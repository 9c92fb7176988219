"""What if: levers, and where they would lead."""
