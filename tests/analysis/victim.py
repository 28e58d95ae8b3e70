"""An analyser small enough to be killed: packets that say which frame of PETS they are, counted.

``python -m tests.analysis.victim SETTINGS GT LAST``: says the number of each frame that is new.
"""

import sys
import time
from pathlib import Path

from curtilage.analysis.resume.joining import Junction
from curtilage.analysis.resume.recorded import Recorded
from curtilage.analysis.tracks.camera_scene import CameraScene
from curtilage.config.site import SiteSettings
from curtilage.ingest.bus import Heard, Subscriber
from curtilage.model import Packet
from curtilage.store.index.database import Database
from curtilage.store.recorded import volumes
from tests.analysis.frames import frame_of
from tests.analysis.scenes import ASPECT, NS, found, keep, pets, saved


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main(site: SiteSettings, gt: Path, last: int) -> None:
    boxes = pets(gt)
    with Database.of(site) as database:
        state = saved(database)
        scene = CameraScene(site, site.cameras[0], ASPECT, state)
        with database.read() as connection:
            folders = {row.identity: Path(row.path) for row in volumes.known(connection)}
        recorded = None
        if scene.seen_ns is not None:
            recorded = Recorded(database, folders, "yard", "main", scene.seen_ns)
        junction = Junction(recorded)
        endpoint = f"ipc://{site.state}/packets.ipc"
        with Subscriber(endpoint, ["yard/main"], behind_s=1000) as subscriber:
            say("ready")
            done = False
            while not done:
                heard = subscriber.receive(0.01)
                items: list[Heard] = [] if heard is None else junction.live(heard[2])
                items += junction.more(time.monotonic_ns())
                for item in items:
                    if not isinstance(item, Packet) or not scene.wants(item.pts_ns):
                        continue
                    frame = frame_of(item)
                    scene.update(item.pts_ns, found(boxes[frame]))
                    say(frame)
                    done = frame == last
                if done:
                    scene.hold((scene.seen_ns or 0) + 60 * NS)
                if done or scene.due(time.monotonic_ns()):
                    keep(database, scene.results(time.monotonic_ns()))
                    scene.committed()
            say(f"done {junction.sentence}")


if __name__ == "__main__":
    settings = SiteSettings.model_validate_json(Path(sys.argv[1]).read_text())
    main(settings, Path(sys.argv[2]), int(sys.argv[3]))
