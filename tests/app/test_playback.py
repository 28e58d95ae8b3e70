import numpy as np
import pytest

from curtilage.app.outputs.playback import playback
from curtilage.app.outputs.tracks_file import LOOK, ROW, Footage, Rows, TracksError

FOOTAGE = Footage("a.mp4", "id", (200, 100), 0.1)


def rows_of(*given: tuple[int, int, float, bool]) -> Rows:
    """Rows of (frame, track, x of the foot, seen) at ten frames per second."""
    rows = np.zeros(len(given), ROW)
    for row, (frame, track, x, seen) in zip(rows, given, strict=True):
        row["frame"], row["time"], row["track"], row["seen"] = frame, frame / 10, track, seen
        row["x0"], row["x1"], row["y0"], row["y1"] = x - 0.05, x + 0.05, 0.2, 0.6
        row["score"], row["hits"] = 0.9, 1
    return np.sort(rows, order=["frame", "track"])


def looks_of(*frames: int) -> Rows:
    looks = np.zeros(len(frames), LOOK)
    looks["frame"], looks["time"] = frames, np.array(frames) / 10
    return looks


def test_one_update_per_look_in_order() -> None:
    rows = rows_of((0, 1, 0.1, True), (0, 2, 0.5, True), (2, 1, 0.3, True))
    played = list(playback("t", FOOTAGE, rows, looks_of(0, 1, 2, 3)))
    assert [time for time, _ in played] == [0.0, 0.1, 0.2, 0.3]
    assert [tracks.id.tolist() for _, tracks in played] == [[1, 2], [], [1], []]
    tracks = played[2][1]
    assert tracks.box.dtype == np.float32
    assert tracks.box[0].tolist() == pytest.approx([0.25, 0.2, 0.35, 0.6])
    assert tracks.class_id.dtype == np.int16


def test_age_and_time_since_last_sight() -> None:
    rows = rows_of(
        *[(frame, 1, 0.1, frame not in (3, 4)) for frame in range(2, 7)], (4, 2, 0.5, True)
    )
    played = list(playback("t", FOOTAGE, rows, looks_of(*range(8))))
    mine = [
        (float(tracks.age[0]), float(tracks.unseen[0]))
        for _, tracks in played
        if 1 in tracks.id.tolist()
    ]
    assert [age for age, _ in mine] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])
    assert [unseen for _, unseen in mine] == pytest.approx([0.0, 0.1, 0.2, 0.0, 0.0])


def test_velocity_is_of_the_foot_over_half_a_second() -> None:
    rows = rows_of(
        *[(frame, 1, 0.1 + 0.02 * frame, True) for frame in range(20)], (9, 5, 0.9, True)
    )
    played = list(playback("t", FOOTAGE, rows, looks_of(*range(20))))
    speed = [tracks.velocity[0].tolist() for _, tracks in played]
    assert speed[0] == [0.0, 0.0]
    for velocity in speed[1:]:
        assert velocity == pytest.approx([0.2, 0.0], abs=1e-5)
    assert played[9][1].velocity[1].tolist() == [0.0, 0.0]


def test_without_a_list_of_frames_gaps_are_filled() -> None:
    rows = rows_of((0, 1, 0.1, True), (1, 1, 0.1, True), (6, 1, 0.1, True))
    played = list(playback("t", FOOTAGE, rows, None))
    assert [time for time, _ in played] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert [len(tracks) for _, tracks in played] == [1, 1, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("rows", "looks", "sentence"),
    [
        (rows_of((1, 4, 0.1, True), (1, 4, 0.2, True)), None, "track 4 is twice in frame 1"),
        (rows_of((5, 4, 0.1, True)), looks_of(1, 2), "frames that its list of frames does not"),
        (rows_of((1, 4, np.nan, True)), None, "holds a `x0` that is no number"),
        (rows_of(), looks_of(), "holds no frame at all"),
    ],
)
def test_tracks_that_cannot_be_played(rows: Rows, looks: Rows | None, sentence: str) -> None:
    with pytest.raises(TracksError, match=sentence):
        playback("t", FOOTAGE, rows, looks)


def test_times_that_do_not_rise() -> None:
    looks = looks_of(0, 1, 2)
    looks["time"][2] = 0.05
    with pytest.raises(TracksError, match="the time of frame 2 does not rise"):
        playback("t", FOOTAGE, rows_of((0, 1, 0.1, True)), looks)
