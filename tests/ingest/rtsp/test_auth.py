"""Answers to a camera that asks who we are."""

import pytest

from curtilage.ingest.rtsp.auth import Credentials, read_challenges, strongest

RFC_7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_rfc_7616(algorithm: str, response: str) -> None:
    challenge = strongest(read_challenges([RFC_7616.format(algorithm)]))
    assert challenge is not None
    credentials = Credentials("Mufasa", "Circle of Life")
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    answer = credentials._digest(challenge, "GET", "/dir/index.html", cnonce)
    assert f'response="{response}"' in answer
    assert "nc=00000001" in answer


def test_digest_without_qop_as_in_rfc_2069() -> None:
    (challenge,) = read_challenges(['Digest realm="4419b66d2485", nonce="abc"'])
    answer = Credentials("admin", "12345")._digest(challenge, "DESCRIBE", "rtsp://h/1", "x")
    assert "qop" not in answer
    assert "algorithm" not in answer
    assert 'realm="4419b66d2485"' in answer


def test_basic() -> None:
    (challenge,) = read_challenges(['Basic realm="/"'])
    answer = Credentials("Aladdin", "open sesame").answer(challenge, "GET", "/")
    assert answer == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


@pytest.mark.parametrize(
    ("headers", "scheme", "algorithm"),
    [
        (['Digest realm="Hikvision", nonce="1"', 'Basic realm="/"'], "digest", "MD5"),
        (['Basic realm="/", Digest realm="a, Basic", nonce="1"'], "digest", "MD5"),
        (['Digest realm="a",nonce="1"', 'Digest realm="a",nonce="2",algorithm=SHA-256'],
         "digest", "SHA-256"),
        (['Digest qop="auth", realm="IP Camera(D8291)", nonce="1", stale="FALSE"'],
         "digest", "MD5"),
        (['Digest realm="x", nonce="1", algorithm="MD5-sess"', 'Basic realm="x"'],
         "digest", "MD5"),
        (["basic realm=device"], "basic", "MD5"),
    ],
)  # fmt: skip
def test_the_strongest_is_taken(headers: list[str], scheme: str, algorithm: str) -> None:
    challenge = strongest(read_challenges(headers))
    assert challenge is not None
    assert (challenge.scheme, challenge.algorithm) == (scheme, algorithm)


@pytest.mark.parametrize("header", ["", "Negotiate", 'Digest realm="x", algorithm=ROT13', "=,="])
def test_what_cannot_be_answered(header: str) -> None:
    assert strongest(read_challenges([header])) is None


def test_the_password_is_in_no_repr() -> None:
    assert "hunter2" not in repr(Credentials("admin", "hunter2"))
