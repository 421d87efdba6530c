"""Puts the web application together."""

import logging

from flask import Flask
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.domain.kiosks import MAX_FRAME_BYTES
from webapp.settings import REPOSITORY_DIR, Settings
from webapp.web import (
    access_log,
    assets,
    audited_views,
    error_pages,
    guards,
    logins,
    logo,
    looks,
    security,
    uploads,
    words,
)
from webapp.web.account import account
from webapp.web.admin import admin
from webapp.web.api import register_api
from webapp.web.auth import auth
from webapp.web.event_tail import EventTail
from webapp.web.faces_feed import FacesFeed
from webapp.web.health import health
from webapp.web.installable import installable
from webapp.web.joining import joining
from webapp.web.kiosk import kiosk
from webapp.web.kiosk_lines import KioskLines
from webapp.web.kiosk_socket import KioskNamespace
from webapp.web.manager import manager
from webapp.web.network import network
from webapp.web.notice import notice
from webapp.web.packets import OnePicturePacket, without_traceback_of_rubbish
from webapp.web.sockets import DashboardNamespace
from webapp.web.staff import staff
from webapp.web.streams import StreamViewers
from webapp.web.trials import trials
from webapp.web.viewers import ConnectedViewers
from webapp.web.wall import wall
from webapp.web.wiring import WebServices


def create_app(settings: Settings, services: WebServices, *, session_key: bytes) -> Flask:
    """Return the application; `app.extensions["socketio"]` is its Socket.IO server.

    Args:
        settings: of this installation.
        services: the use cases and ports behind the pages.
        session_key: signs the session cookies; anyone who has it can be anyone.
    """
    app = Flask("webapp.web", template_folder=str(REPOSITORY_DIR / "templates"), static_folder=None)
    app.config.update(security.flask_config(settings, session_key))
    app.extensions.update(amends_services=services, amends_settings=settings)
    app.extensions["amends_streams"] = StreamViewers(settings.stream_max_viewers)
    if settings.https_only:
        # The proxy that serves HTTPS says who is calling and how.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    for part in (access_log, assets, logo, words, error_pages, logins, uploads, security, guards, audited_views, looks):
        part.init_app(app)
    for blueprint in (auth, joining, notice, kiosk, account, staff, wall, trials, manager, network, admin, health):
        app.register_blueprint(blueprint)
    app.register_blueprint(installable)
    register_api(app)
    _add_sockets(app, settings, services)
    return app


def _add_sockets(app: Flask, settings: Settings, services: WebServices) -> None:
    socketio = SocketIO(
        app,
        async_mode="eventlet",
        cors_allowed_origins=security.origin_check(settings),
        # Often enough that a page can say within three seconds that its connection is lost.
        ping_interval=1,
        ping_timeout=5,
        # The picture of a kiosk and what is around it; everything else is far smaller.
        max_http_buffer_size=MAX_FRAME_BYTES + 4 * 1024,
        serializer=OnePicturePacket,
    )
    logging.getLogger("engineio.server").addFilter(without_traceback_of_rubbish)
    viewers = ConnectedViewers()
    app.extensions["amends_viewers"] = viewers
    app.extensions["amends_tail"] = EventTail(services, socketio, viewers)
    app.extensions["amends_faces"] = FacesFeed(services, socketio, viewers)
    socketio.on_namespace(DashboardNamespace(app, viewers))
    lines = KioskLines()
    app.extensions["amends_kiosk_lines"] = lines
    socketio.on_namespace(KioskNamespace(app, lines))
