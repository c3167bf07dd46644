"""What topics, meetings, decisions and polls share."""
