"""``--check`` says what is missing, and changes nothing."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from curtilage.app.run.check import check
from curtilage.app.run.lock import RunningError, is_held, locked
from curtilage.config import load_site
from curtilage.record.disk.volume import open_volume
from tests.app.run.sites import free_port, make_site


def wrong(file: Path) -> list[str]:
    return [finding.sentence for finding in check(file) if not finding.good]


def test_a_site_that_can_run(tmp_path: Path) -> None:
    file = make_site(tmp_path, "{name: door, url: 'rtsp://192.0.2.1/1'}", port=free_port())
    assert wrong(file) == []
    assert [p.name for p in tmp_path.iterdir()] == ["curtilage.yaml"]


def test_a_port_in_use(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        file = make_site(tmp_path, port=port)
        assert wrong(file) == [
            f"web: 127.0.0.1 port {port} cannot be used (Address already in use)"
        ]
        with locked(load_site(file).state):
            assert wrong(file) == []  # it is we who use it


def test_a_folder_of_other_things_is_no_volume(tmp_path: Path) -> None:
    (tmp_path / "video").mkdir()
    (tmp_path / "video" / "holiday.jpg").touch()
    file = make_site(tmp_path, port=free_port())
    assert wrong(file) == [f"volume: {tmp_path}/video: holds 'holiday.jpg'; give an empty folder"]


def test_a_volume_of_ours_is_good(tmp_path: Path) -> None:
    volume = open_volume(tmp_path / "video", 0, {})
    assert wrong(make_site(tmp_path, port=free_port())) == []
    volume.release()


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    assert wrong(make_site(tmp_path, port=free_port())) == [
        f"state: {tmp_path}/state: is no folder"
    ]


def test_a_model_that_is_not_the_one(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(b"no model")
    file = make_site(
        tmp_path,
        "{name: door, url: 'rtsp://192.0.2.1/1'}",
        port=free_port(),
        extra="analysis: {detector: {model: m.onnx, sha256: " + "a" * 64 + "}}\n",
    )
    [sentence] = wrong(file)
    assert sentence.startswith("model: ")


def test_one_supervisor_a_state(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    with locked(tmp_path):
        assert is_held(tmp_path)
        with (
            pytest.raises(RunningError, match=r"is running on this folder already \(process \d+\)"),
            locked(tmp_path),
        ):
            pass
    assert not is_held(tmp_path)
