"""Organisations, accounts, invites, devices and sign-ins. Who someone is; never what they wrote."""
