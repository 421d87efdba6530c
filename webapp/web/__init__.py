"""The web process: pages, JSON API, streams and pushes. It never loads cv2, TensorFlow or LiteRT."""

from webapp.web.factory import create_app
from webapp.web.wiring import WebServices

__all__ = ["WebServices", "create_app"]
