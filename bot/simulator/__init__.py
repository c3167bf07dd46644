"""A WeChat platform on this machine: Official Account, WeCom robot, group webhooks, customer groups.

It speaks the platform's own wire formats with the product over HTTP and knows nothing else of it.
"""

from bot.simulator.platform import Platform
from bot.simulator.routes import add_routes, create_app
from bot.simulator.world import World, WorldError, build_world

__all__ = ["Platform", "World", "WorldError", "add_routes", "build_world", "create_app"]
