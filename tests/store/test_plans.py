"""Floor plans in the index."""

from dataclasses import replace

from sqlalchemy import Connection

from curtilage.store.house import plans
from curtilage.store.house.plans import Placed, Plan

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
PLAN = Plan("ground", "Ground floor", "image/png", 120, 60, 5, ())


def test_a_plan_comes_back_and_goes(connection: Connection) -> None:
    plans.put(connection, PLAN, b"\x00\xff picture")
    assert plans.one(connection, "ground") == PLAN
    assert plans.picture(connection, "ground") == b"\x00\xff picture"
    assert plans.one(connection, "attic") is None
    assert plans.picture(connection, "attic") is None
    assert plans.remove(connection, "ground")
    assert not plans.remove(connection, "ground")
    assert plans.all_plans(connection) == []


def test_cameras_stay_when_the_picture_changes(connection: Connection) -> None:
    plans.put(connection, PLAN, b"one")
    front = Placed("front", SQUARE, SQUARE)
    plans.place(connection, "ground", Placed("front", SQUARE, SQUARE[::-1]))
    plans.place(connection, "ground", front)
    plans.put(connection, replace(PLAN, width=240), b"two")
    assert plans.all_plans(connection) == [replace(PLAN, width=240, cameras=(front,))]
    assert plans.take_off(connection, "ground", "front")
    assert not plans.take_off(connection, "ground", "front")
    plans.place(connection, "ground", front)
    assert plans.remove(connection, "ground")  # with what is on it
