"""Companion: a personal planner and diary for people in drug treatment."""

__version__ = "0.1.0"
