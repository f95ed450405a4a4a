"""The test rig: databases, servers, browser and sockets; no test and no fixture of a house lives here."""
