import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curtilage.model import CLASS_ID, LABELS
from curtilage.vision.detector import ModelError
from curtilage.vision.detector.coco import COCO_80
from curtilage.vision.detector.vocabulary import (
    AMBIGUOUS,
    REFUSED,
    class_map,
    refuse_profiling_names,
    refuse_profiling_text,
    words,
)

ALL_REFUSED = sorted(word for listed in REFUSED.values() for word in listed)


def test_coco_maps_to_our_sixteen_words() -> None:
    mapped = class_map("m", COCO_80)
    assert sorted(mapped[mapped >= 0].tolist()) == list(range(len(LABELS)))
    assert mapped[COCO_80.index("truck")] == CLASS_ID["truck"]
    assert mapped[COCO_80.index("teddy bear")] == -1
    assert mapped[COCO_80.index("hot dog")] == -1


def test_other_models_words_for_ours() -> None:
    labels = ["Pedestrian", "motorbike", "LORRY", "hand_bag", "drone"]
    ours = ["person", "motorcycle", "truck", "handbag"]
    assert class_map("m", labels).tolist() == [*(CLASS_ID[label] for label in ours), -1]


def test_a_model_that_can_say_nothing_of_ours_is_refused() -> None:
    with pytest.raises(ModelError, match="none of its 2 labels"):
        class_map("m.onnx", ["pizza", "kite"])


@given(st.lists(st.text(max_size=20), max_size=20))
def test_only_our_words_ever_come_out(labels: list[str]) -> None:
    try:
        mapped = class_map("m", labels)
    except ModelError:
        return
    assert len(mapped) == len(labels)
    assert ((mapped >= -1) & (mapped < len(LABELS))).all()


@pytest.mark.parametrize(
    "name",
    ["age", "Age_Range", "isFemale", "AGE-18", "gender_0", "faceEmotion", "person/asian", "Man",
     "hijab", "MOOD", "skinTone", "happyScore", "child", "wearing-turban"],
)  # fmt: skip
def test_names_of_traits_are_refused(name: str) -> None:
    with pytest.raises(ModelError, match="which Curtilage never judges"):
        refuse_profiling_names("m.onnx", [name])


@pytest.mark.parametrize(
    "name",
    ["package", "garage", "image", "page", "images", "percentage", "usage", "manhole", "manager",
     "woodland", "boycott", "message", "trace", "terrace", "embrace", "bracelet", "Identity_2:0",
     "output", "scores", "sausage", "cabbage", "mandarin", "sadiron", *COCO_80,
     *LABELS],
)  # fmt: skip
def test_names_that_only_hold_such_letters_are_not(name: str) -> None:
    refuse_profiling_names("m.onnx", [name])


@given(
    st.sampled_from(ALL_REFUSED),
    st.sampled_from(["{}", "face_{}", "{}_score", "is-{}", "0{}1", "person ({})", "net/{}:0"]),
    st.sampled_from([str.lower, str.upper, str.title]),
    st.lists(st.sampled_from(COCO_80), max_size=5),
)
def test_a_refused_word_is_found_wherever_it_stands(
    word: str, form: str, case: Callable[[str], str], others: list[str]
) -> None:
    with pytest.raises(ModelError, match=re.escape(word)):
        refuse_profiling_names("m.onnx", [*others, form.format(case(word))])


@given(st.sampled_from(ALL_REFUSED), st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=4))
def test_longer_words_are_other_words(word: str, tail: str) -> None:
    longer = word + tail
    if longer not in ALL_REFUSED:
        refuse_profiling_names("m.onnx", [longer])


def test_running_text_may_hold_words_that_mean_something_else() -> None:
    refuse_profiling_text(
        "m.onnx",
        ["Ultralytics YOLO, older export; by Christian Young; European licence; race condition"],
    )
    for text in ["estimates gender", "Emotion recognition", "ethnicity of faces", "adult or child"]:
        with pytest.raises(ModelError):
            refuse_profiling_text("m.onnx", [text])


def test_ambiguous_words_are_words_of_the_list() -> None:
    assert set(ALL_REFUSED) >= AMBIGUOUS


@given(st.text(max_size=40))
def test_words_are_lower_case_letters(name: str) -> None:
    assert all(re.fullmatch("[a-z]+", word) for word in words(name))
