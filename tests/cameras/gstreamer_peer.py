#!/usr/bin/python3
"""Cameras that are not ours: GStreamer's RTSP server, under the system's Python.

It needs Debian's gir1.2-gst-rtsp-server-1.0, python3-gi, gstreamer1.0-plugins-{base,good,bad} and,
for AAC, gstreamer1.0-libav. Says its port as a line of JSON; ends when its standard input does.
"""

import argparse
import json
import math
import sys
import threading
from array import array
from typing import Any

import gi  # type: ignore[import-not-found,import-untyped,unused-ignore]  # Debian's own package

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import (  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: E402
    GLib,
    Gst,
    GstRtspServer,
)

SOUND = {
    "aac": "avenc_aac bitrate=32000 ! aacparse ! rtpmp4gpay name=pay1 pt=97",
    "pcma": "alawenc ! rtppcmapay name=pay1 pt=8",
    "pcmu": "mulawenc ! rtppcmupay name=pay1 pt=0",
}
BLOCK_MS = 40
RATES = {"aac": 16000, "pcma": 8000, "pcmu": 8000}


def main() -> None:
    """Serve until the standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--video", required=True, help="an MP4 file")
    parser.add_argument("--codec", choices=("h264", "h265"), default="h264")
    parser.add_argument("--audio", choices=tuple(SOUND))
    parser.add_argument("--n", type=int, default=1, help="cameras cam0, cam1, ...")
    given = parser.parse_args()
    Gst.init(None)
    loop = GLib.MainLoop()
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    for number in range(given.n):
        server.get_mount_points().add_factory(f"/cam{number}", _factory(given))
    server.attach(None)

    def end_with_parent() -> None:
        sys.stdin.read()
        loop.quit()

    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.stdout.write(json.dumps({"port": server.get_bound_port()}) + "\n")
    sys.stdout.flush()
    loop.run()


def _factory(given: argparse.Namespace) -> Any:
    payloader = f"rtp{given.codec}pay name=pay0 pt=96 config-interval=-1 mtu=1400"
    chain = f"appsrc name=pictures format=time is-live=true block=false ! {given.codec}parse"
    text = f"{chain} ! {payloader}"
    if given.audio:
        rate = RATES[given.audio]
        text += (
            " appsrc name=sound format=time is-live=true block=false"
            f" caps=audio/x-raw,format=S16LE,layout=interleaved,rate={rate},channels=1"
            f" ! audioconvert ! {SOUND[given.audio]}"
        )
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( {text} )")
    factory.set_shared(True)
    samples = _samples(given.video, given.codec)
    tone = _tone(RATES[given.audio]) if given.audio else b""
    factory.connect("media-configure", lambda _, media: _feed(media, samples, tone))
    return factory


def _tone(rate: int) -> bytes:
    """A block of sound (``BLOCK_MS``), that joins its own end."""
    count = rate * BLOCK_MS // 1000
    wave = (round(8000 * math.sin(2 * math.pi * 50 * n / rate)) for n in range(count))
    return array("h", wave).tobytes()


def _samples(video: str, codec: str) -> "tuple[Any, list[Any], int]":
    """Format, encoded pictures and length (ns) of the clip, read once."""
    pipeline = Gst.parse_launch(
        f"filesrc name=file ! qtdemux ! {codec}parse config-interval=-1"
        f" ! video/x-{codec},stream-format=byte-stream,alignment=au"
        " ! appsink name=out sync=false max-buffers=0"
    )
    pipeline.get_by_name("file").set_property("location", video)
    pipeline.set_state(Gst.State.PLAYING)
    sink, found, form = pipeline.get_by_name("out"), [], None
    while (sample := sink.emit("pull-sample")) is not None:
        form = sample.get_caps()
        found.append(sample.get_buffer())
    pipeline.set_state(Gst.State.NULL)
    first = found[0].dts
    return form, found, found[-1].dts - first + found[-1].duration


def _feed(media: Any, samples: "tuple[Any, list[Any], int]", tone: bytes) -> None:
    """Push pictures at their own speed, round after round, and blocks of sound beside them.

    Both come from here, not from a source element of GStreamer's: those can be sought in, which
    the server then does at PLAY, and fails, as live pictures cannot.
    """
    form, pictures, length = samples
    source = media.get_element().get_by_name("pictures")
    source.set_property("caps", form)
    first = pictures[0].dts
    sound = media.get_element().get_by_name("sound")
    state = {"number": 0, "begun": -1, "blocks": 0, "over": False}
    media.connect("unprepared", lambda _: state.update(over=True))

    def push() -> bool:
        clock = source.get_clock()
        if clock is None:  # does not run yet, or no more
            return not state["over"]
        now = clock.get_time() - source.get_base_time()
        if state["begun"] < 0:
            state["begun"] = now
        while tone and state["begun"] + state["blocks"] * BLOCK_MS * Gst.MSECOND <= now:
            block = Gst.Buffer.new_wrapped(tone)
            block.pts = block.dts = state["begun"] + state["blocks"] * BLOCK_MS * Gst.MSECOND
            block.duration = BLOCK_MS * Gst.MSECOND
            sound.emit("push-buffer", block)
            state["blocks"] += 1
        while True:
            rounds, index = divmod(state["number"], len(pictures))
            offset = state["begun"] + rounds * length - first
            picture = pictures[index]
            if picture.dts + offset > now:
                return not state["over"]
            copy = Gst.Buffer.new_wrapped(picture.extract_dup(0, picture.get_size()))
            copy.dts, copy.pts = picture.dts + offset, picture.pts + offset
            copy.duration = picture.duration
            if source.emit("push-buffer", copy) != Gst.FlowReturn.OK:
                return not state["over"]
            state["number"] += 1

    GLib.timeout_add(10, push)


if __name__ == "__main__":
    main()
