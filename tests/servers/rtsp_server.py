"""A real RTSP camera for the tests: GStreamer's server, run by the system's own Python, which has its bindings.

Usage: /usr/bin/python3 rtsp_server.py PORT VIDEO [USERNAME PASSWORD]; it prints `ready` when it listens.
VIDEO is an MP4 with H.264; the address is rtsp://127.0.0.1:PORT/camera.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402


def main(port: str, video: str, username: str = "", password: str = "") -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f'( filesrc location="{video}" ! qtdemux ! h264parse ! rtph264pay config-interval=-1 name=pay0 pt=96 )'
    )
    if username:
        _demand_credentials(server, factory, username, password)
    server.get_mount_points().add_factory("/camera", factory)
    if not server.attach(None):
        sys.exit("expected a free port")
    print("ready", flush=True)  # noqa: T201 - the tests wait for it.
    GLib.MainLoop().run()


def _demand_credentials(server: object, factory: object, username: str, password: str) -> None:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(username, password), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS, True)
    permissions.add_permission_for_role("viewer", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, True)
    factory.set_permissions(permissions)


if __name__ == "__main__":
    main(*sys.argv[1:])
