"""Journeys through the whole house, end to end."""
