"""Which arming modes arm what, as the settings say."""

from typing import Any

import pytest
from pydantic import ValidationError

from curtilage.config.site import SiteSettings

GATE = {"id": "gate", "type": "line_crossing", "points": [[0.5, 0.0], [0.5, 1.0]]}


def site(camera: dict[str, Any] | None = None, **more: Any) -> SiteSettings:
    yard = {"name": "yard", "url": "rtsp://192.0.2.7/x", **(camera or {})}
    return SiteSettings.model_validate(
        {"state": "/s", "volumes": [{"path": "/v"}], "cameras": [yard], **more}
    )


def test_a_rule_says_it_or_its_camera_or_it_is_always() -> None:
    own = {**GATE, "id": "own", "armed_in": ["night"]}
    [camera] = site({"armed_in": ["away", "night"], "rules": [GATE, own]}).cameras
    assert camera.armed_rules == {"gate": ("away", "night"), "own": ("night",)}
    [camera] = site({"rules": [GATE, own]}).cameras
    assert camera.armed_rules == {"own": ("night",)}


def test_what_alarms_is_nothing_to_the_scene() -> None:
    before = site({"rules": [GATE]})
    after = site({"armed_in": ["away"], "rules": [{**GATE, "armed_in": ["night"]}]})
    assert before.scene_of(before.cameras[0]) == after.scene_of(after.cameras[0])


@pytest.mark.parametrize(
    ("camera", "more", "where"),
    [
        ({"armed_in": ["nigth"]}, {}, "armed_in of yard names the arming mode 'nigth'"),
        ({"rules": [{**GATE, "armed_in": ["nigth"]}]}, {}, "rule gate of yard names"),
        ({"rules": [{**GATE, "modes": ["nigth"]}]}, {}, "rule gate of yard names"),
        ({}, {"mode": "party"}, "mode names the arming mode 'party'"),
    ],
)
def test_a_mode_that_is_misspelt_arms_nothing_so_it_is_refused(
    camera: dict[str, Any], more: dict[str, Any], where: str
) -> None:
    with pytest.raises(ValidationError, match=where):
        site(camera, **more)


def test_a_house_may_have_modes_of_its_own() -> None:
    found = site({"armed_in": ["party"]}, mode="party", modes=["home", "party"])
    assert found.modes == ("home", "party")
