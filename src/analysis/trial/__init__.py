"""How methods are learnt and tried on series whose outcomes are known."""
