"""Robots (智能机器人) in the workers' groups: called back by HTTP, or on their own long connection."""

from bot.channels.building import Parts, Tools
from bot.channels.envelope import Envelope, clear_keys
from bot.channels.wecom_robot.door import RobotDoor
from bot.channels.wecom_robot.line import RobotLine
from bot.channels.wecom_robot.media import RobotMedia
from bot.channels.wecom_robot.push import RobotTransport
from bot.channels.wecom_robot.transport import RobotResponseTransport


def build(tools: Tools) -> Parts:
    """All robots of the configuration."""
    wecom = tools.settings.wecom
    robots = wecom.robots
    envelopes = {
        name: Envelope(each.token.get_secret_value(), clear_keys(each.aes_key), each.receive_id)
        for name, each in robots.items()
        if each.mode == "webhook" and each.token is not None
    }
    keys = {name: clear_keys(each.aes_key) for name, each in robots.items()}

    def wake() -> None:
        tools.wake()  # it is given to the tools when the channels are built

    lines = {
        name: RobotLine(name, each, tools.database, refusals=tools.refusals, on_up=wake)
        for name, each in robots.items()
        if each.mode == "socket"
    }
    return Parts(
        transports=(
            RobotResponseTransport(tools.client, (wecom.response_url_base,)),
            RobotTransport(lines, tools.database),
        ),
        doors=(RobotDoor(envelopes),),
        fetchers=(RobotMedia(tools.downloader, keys),),
        lines=tuple(lines.values()),
    )
