"""Residents' groups: kept in step with the platform, and how many messages each may still be sent."""
