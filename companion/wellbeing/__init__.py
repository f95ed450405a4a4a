"""Check-ins, answers to measures, and what they look like over days. Raw facts; serves the owner only."""
