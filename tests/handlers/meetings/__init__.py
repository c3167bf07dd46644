"""Consultation meetings: called, answered, held, kept."""
