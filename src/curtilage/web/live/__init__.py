"""The live view: what cameras send, in a browser a fraction of a second later.

``Hub`` listens to the packet bus for streams that somebody watches; ``socket`` is its WebSocket.
"""

from curtilage.web.live.hub import Hub

__all__ = ["Hub"]
