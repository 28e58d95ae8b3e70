"""RTSP as it is spoken on the wire: messages, session descriptions, and why a camera refuses."""
