"""The plan of the house, checked: floors, doors, circles, files."""
