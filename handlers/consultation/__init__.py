"""What topics, meetings, decisions and polls share: who is told of them, and what happens by itself."""
