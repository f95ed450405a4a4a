"""Fixtures of this house."""

from tests.push.fixtures import desk, push_settings, sender, service

__all__ = ["desk", "push_settings", "sender", "service"]
