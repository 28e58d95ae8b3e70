import os
import subprocess
import sys
from pathlib import Path

import pytest

from curtilage.ingest.errors import FootageError
from curtilage.ingest.footage.sources import find_footage, unique_names


def touch(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return paths


def test_files_come_in_the_order_given_each_once(tmp_path: Path) -> None:
    b, a = touch(tmp_path, "b.mp4", "a.anything")
    assert find_footage([str(b), str(a), str(b), str(tmp_path / "." / "b.mp4")]) == [b, a]


def test_a_folder_gives_its_videos_sorted_with_subfolders(tmp_path: Path) -> None:
    touch(tmp_path, "2.MKV", "1.mp4", "deep/er/3.ts", "notes.txt", ".hidden.mp4", ".trash/4.mp4")
    assert find_footage([str(tmp_path)]) == [
        tmp_path / "1.mp4",
        tmp_path / "2.MKV",
        tmp_path / "deep/er/3.ts",
    ]


def test_a_pattern(tmp_path: Path) -> None:
    touch(tmp_path, "cam-2.mp4", "cam-1.mp4", "other.mp4", "deep/cam-3.mp4")
    assert [p.name for p in find_footage([str(tmp_path / "cam-*.mp4")])] == [
        "cam-1.mp4",
        "cam-2.mp4",
    ]
    assert [p.name for p in find_footage([str(tmp_path / "**" / "cam-3*")])] == ["cam-3.mp4"]


def test_a_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    (path,) = touch(tmp_path, "cam[1].mp4")
    assert find_footage([str(path)]) == [path]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("nothing.mp4", "nothing.mp4: does not exist; give a video file, a folder or a pattern"),
        ("empty", "empty: holds no video (looked for names such as .mp4, .mkv, .avi, .ts)"),
        ("empty/*.mp4", "empty/*.mp4: no file matches this pattern"),
        ("rtsp://camera/1", "rtsp://camera/1: is a network address; analyze reads files and"),
        ("/dev/null", "/dev/null: is neither a file nor a folder"),
    ],
)
def test_no_footage_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FootageError) as caught:
        find_footage([source])
    assert str(caught.value).startswith(sentence)


def test_no_source_at_all() -> None:
    with pytest.raises(FootageError, match="no footage is named"):
        find_footage([])


def test_an_unreadable_folder_is_named(tmp_path: Path) -> None:
    touch(tmp_path, "open/1.mp4", "closed/2.mp4")
    (tmp_path / "closed").chmod(0)
    if os.geteuid() != 0:
        with pytest.raises(FootageError, match=r"closed: cannot be read \(Permission denied\)"):
            find_footage([str(tmp_path)])
        return
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    code = (
        "import os, sys\nfrom curtilage.ingest.footage.sources import find_footage\n"
        "os.setuid(65534)\n"
        "try: find_footage([sys.argv[1]])\n"
        "except Exception as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == f"{tmp_path}/closed: cannot be read (Permission denied)"


def test_names_of_result_folders(tmp_path: Path) -> None:
    paths = [
        tmp_path / name
        for name in ("a/cam.mp4", "b/cam.mp4", "yard.mp4", "yard.mkv", "Door.ts", "c/door.avi")
    ]
    assert unique_names(paths) == [
        "a_cam.mp4",
        "b_cam.mp4",
        "yard.mp4",
        "yard.mkv",
        "Door",
        "door-2",
    ]
