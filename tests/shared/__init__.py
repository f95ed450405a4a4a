"""Suites that hold for every house."""
