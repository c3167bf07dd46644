"""`huiyin demo`: a day, and whole stories of consultation, played against a running simulator."""

from bot.demo.playing import SimulatorNotThere, play, stories_called, tell
from bot.demo.stories import STORIES

__all__ = ["STORIES", "SimulatorNotThere", "play", "stories_called", "tell"]
