"""Puts the web application together."""

import logging
from importlib import import_module

from flask import Flask
from flask_socketio import SocketIO

from webapp.domain.cameras.kiosks import MAX_FRAME_BYTES
from webapp.settings import REPOSITORY_DIR, Settings
from webapp.web.account.invitations import invitations
from webapp.web.account.login import auth
from webapp.web.account.notifications import my_notifications
from webapp.web.account.passkeys import passkeys
from webapp.web.account.password_reset import password_reset
from webapp.web.account.push_devices import push_devices
from webapp.web.account.second_factor import second_factor
from webapp.web.account.single_sign_on import single_sign_on
from webapp.web.account.views import account
from webapp.web.admin import admin
from webapp.web.api import register_api
from webapp.web.audit import audited_views, refused_requests
from webapp.web.core import access_log, assets, error_pages, guards, logins, logo, security, template_filters, uploads
from webapp.web.core.access import trusted_hosts
from webapp.web.core.access.proxies import TrustedProxies
from webapp.web.core.app_context import WebServices
from webapp.web.core.input import bounded_json, row_ids
from webapp.web.help import page_help
from webapp.web.help.views import guide
from webapp.web.help.whats_new import whats_new
from webapp.web.kiosk.kiosk_connections import KioskConnections
from webapp.web.kiosk.kiosk_socket import KioskNamespace
from webapp.web.kiosk.views import kiosk
from webapp.web.late_rule import LateRule
from webapp.web.live.camera_feed import CameraFeeds
from webapp.web.live.clients import ConnectedClients
from webapp.web.live.event_tail import EventTail
from webapp.web.live.faces_feed import FacesFeed
from webapp.web.live.loop_lateness import LoopLateness
from webapp.web.live.packets import BoundedJSON, OnePicturePacket, RubbishLog
from webapp.web.live.sockets import DashboardNamespace
from webapp.web.live.storage_feed import StorageFeed
from webapp.web.live.streams import StreamViewers
from webapp.web.manager import manager
from webapp.web.model.model_card import model_card
from webapp.web.model.photo_test import photo_test
from webapp.web.moved import moved
from webapp.web.notifications import notifications
from webapp.web.notifications.reach_feed import ReachFeed
from webapp.web.public.health import health
from webapp.web.public.notice import notice
from webapp.web.public.pwa import pwa
from webapp.web.sites import sites
from webapp.web.staff import clips, corrections, read_markers, snoozes
from webapp.web.staff.camera_help import camera_help
from webapp.web.staff.views import staff
from webapp.web.staff.wall import wall
from webapp.web.staff.wall_screen import wall_screen
from webapp.web.welcome import welcome


def create_app(settings: Settings, services: WebServices, *, session_key: bytes) -> Flask:
    """Return the application; `app.extensions["socketio"]` is its Socket.IO server.

    Args:
        settings: of this installation.
        services: the use cases and ports behind the pages.
        session_key: signs the session cookies; anyone who has it can be anyone.
    """
    app = Flask("webapp.web", template_folder=str(REPOSITORY_DIR / "templates"), static_folder=None)
    app.url_rule_class = LateRule
    app.config.update(security.flask_config(settings, session_key))
    app.extensions.update(amends_services=services, amends_settings=settings)
    app.extensions["amends_lateness"] = LoopLateness()
    app.extensions["amends_streams"] = StreamViewers(
        settings.stream_max_viewers, settings.stream_max_per_person, services.stream_places
    )
    core = (access_log, assets, logo, template_filters, error_pages, logins, uploads, security, guards)
    of_staff = (read_markers, corrections, snoozes, clips)
    around = (trusted_hosts, audited_views, refused_requests, page_help)
    for module in (row_ids, bounded_json, *core, *around, *of_staff):
        module.init_app(app)
    for_anyone = (
        auth,
        passkeys,
        password_reset,
        second_factor,
        single_sign_on,
        invitations,
        notice,
        kiosk,
        wall_screen,
        health,
        pwa,
    )
    pages = (
        account,
        push_devices,
        my_notifications,
        staff,
        wall,
        camera_help,
        photo_test,
        manager,
        model_card,
        admin,
        notifications,
        sites,
        guide,
        whats_new,
        welcome,
        moved,
    )
    for blueprint in (*for_anyone, *pages):
        app.register_blueprint(blueprint)
    register_api(app)
    if settings.oidc_issuer:  # Now, and not while somebody signs in and others wait.
        import_module("webapp.web.account.identity_provider")
    _add_sockets(app, settings, services)
    # Around the sockets too, so that they and the pages agree on who is calling.
    routes = app.url_map.bind("")
    trusted = TrustedProxies(
        app.wsgi_app,
        settings.trusted_proxies,
        https_only=settings.https_only,
        is_page=lambda path: bool(routes.allowed_methods(path)),
    )
    app.wsgi_app = trusted  # type: ignore[method-assign]
    return app


def _add_sockets(app: Flask, settings: Settings, services: WebServices) -> None:
    socketio = SocketIO(
        app,
        async_mode=settings.async_mode,
        cors_allowed_origins=security.origin_check(settings),
        # Often enough that a page can say within three seconds that its connection is lost.
        ping_interval=1,
        ping_timeout=5,
        # The picture of a kiosk and what is around it; everything else is far smaller.
        max_http_buffer_size=MAX_FRAME_BYTES + 4 * 1024,
        # By polling where a proxy lets no WebSocket through. Our pages change from one to the other by themselves: a
        # proxy that opens a WebSocket and passes nothing on would leave Engine.IO's own change hanging for ever.
        transports=["websocket", "polling"],
        allow_upgrades=False,
        serializer=OnePicturePacket,
        json=BoundedJSON,
    )
    logging.getLogger("engineio.server").addFilter(RubbishLog())
    viewers = ConnectedClients()
    app.extensions["amends_viewers"] = viewers
    app.extensions["amends_tail"] = EventTail(services, socketio, viewers)
    app.extensions["amends_faces"] = FacesFeed(services, socketio, viewers)
    app.extensions["amends_storage"] = StorageFeed(services, socketio)
    app.extensions["amends_reach"] = ReachFeed(services, socketio, viewers)
    app.extensions["amends_feeds"] = CameraFeeds(services.live, socketio.sleep, socketio.server.eio.create_event)
    socketio.on_namespace(DashboardNamespace(app, viewers))
    lines = KioskConnections(services.adapters.shared)
    app.extensions["amends_kiosk_lines"] = lines
    socketio.on_namespace(KioskNamespace(app, lines))
