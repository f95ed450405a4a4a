"""What every house stands on: database, web, shapes, sealing, errors, clock, merging, outbound net."""
