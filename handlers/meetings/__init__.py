"""Consultation meetings (议事会): what one person cannot settle comes to one table."""
