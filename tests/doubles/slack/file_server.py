"""Owns the bytes of files: where the app uploads them, and where it reads them with its token."""

from aiohttp import web

from tests.doubles.slack.world import World

_LOGIN = "<!DOCTYPE html><html><title>Sign in to Slack</title></html>"


class FileServer:
    """Beside the Web API, as files.slack.com is."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def upload(self, request: web.Request) -> web.Response:
        """The content of a file that files.getUploadURLExternal has announced."""
        file = self._world.files.get(request.match_info["id"])
        content = await _content(request)
        if file is None or file.content is not None:
            return web.Response(status=404, text="unknown upload")
        if len(content) != file.length:
            return web.Response(status=400, text=f"{file.length} bytes were announced")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """A file's content; whoever has no token, or not the scope, gets a page to sign in, with status 200."""
        app = self._world.app
        allowed = request.headers.get("Authorization") == f"Bearer {app.bot_token}" and not app.gone
        if not allowed or "files:read" not in app.manifest.scopes:
            return web.Response(text=_LOGIN, content_type="text/html")
        id_ = request.match_info["path"].partition("/")[0].rpartition("-")[2]
        file = self._world.files.get(id_)
        if file is None or file.content is None:
            return web.Response(status=404, text="not found")
        return web.Response(body=file.content, content_type=file.mimetype)


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    form = await request.post()
    part = next((one for one in form.values() if isinstance(one, web.FileField)), None)
    return part.file.read() if part else b""
