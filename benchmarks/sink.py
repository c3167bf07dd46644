"""A platform that accepts whatever is sent: `python -m benchmarks.sink PORT`."""

import sys

from aiohttp import web


async def accept(_request: web.Request) -> web.Response:
    """Everything arrived; tokens are handed out."""
    return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": "sample", "expires_in": 7200})


def main(port: int) -> None:
    """Serve until ended."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", accept)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
