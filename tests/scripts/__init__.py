"""The launchers and the list of checks."""
