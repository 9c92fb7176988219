"""What any received sheet has in common."""
