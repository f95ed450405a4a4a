"""The app on the phone: how it is served, its words and colours; the node tests stand beside these."""
