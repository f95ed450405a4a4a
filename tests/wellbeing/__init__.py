"""Wellbeing."""
