"""The web process: pages, JSON API, streams and pushes. It never loads cv2, TensorFlow or LiteRT."""

from webapp.web.core.app_context import WebServices
from webapp.web.factory import create_app

__all__ = ["WebServices", "create_app"]
