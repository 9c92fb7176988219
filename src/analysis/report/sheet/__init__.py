"""The one A4 to send on."""
