"""Cases: how they open, who works on them, and when they must be done."""
