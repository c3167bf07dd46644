"""Listening days (民意听取日): when they are, what is called for, what came in."""
