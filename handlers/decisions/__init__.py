"""Decision items (决议事项): made, supervised, done, and what they cost."""
