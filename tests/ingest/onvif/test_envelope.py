"""Questions in SOAP: the password's digest, and what a fault says."""

import base64

import pytest

from curtilage.ingest.onvif.envelope import Login, fault_of, password_digest, question, security
from curtilage.ingest.onvif.markup import read
from tests.cameras.onvif import envelope, fault


def test_the_digest_is_that_of_onvif_s_programmer_s_guide() -> None:
    nonce = base64.b64decode("LKqI6G/AikKCQrN0zqZFlg==")
    told = password_digest(nonce, "2010-09-16T07:50:45Z", "userpassword")
    assert told == "tuOSpGlFlIXsozq4HFNeeGeFLEI="


def test_the_password_is_in_no_question_and_no_repr() -> None:
    login = Login("<me&you>", "hunter2")
    header = security(login, b"0" * 16, 1_795_000_000.25)
    asked = question("<a/>", header)
    assert b"hunter2" not in asked
    assert "hunter2" not in repr(login)
    root = read(asked)
    assert root.said("Username") == "<me&you>"
    assert root.said("Created") == "2026-11-18T11:06:40.250Z"


@pytest.mark.parametrize(
    ("answer", "unauthorised"),
    [
        (fault("ter:NotAuthorized", "no"), True),
        (fault("wsse:FailedAuthentication", "no"), True),
        (fault("ter:ActionNotSupported", "no"), False),
        (b"<E><Body><Fault><faultcode>x:NotAuthorized</faultcode></Fault></Body></E>", True),
    ],
)
def test_faults(answer: bytes, unauthorised: bool) -> None:
    found = fault_of(read(answer))
    assert found is not None
    assert found.unauthorised is unauthorised


def test_an_answer_is_no_fault() -> None:
    assert fault_of(read(envelope("<a/>"))) is None
