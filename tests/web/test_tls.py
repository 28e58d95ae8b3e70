import ipaddress
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from curtilage.config.live import WebSettings
from curtilage.web.tls.authority import LEAF_FOR, Pair, covers, is_fresh, new_authority, new_leaf
from curtilage.web.tls.files import Certificates, TlsError
from curtilage.web.tls.names import certificate_names

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = ["192.168.1.5", "cameras.example.org", "nvr.local"]


def verifies(authority: x509.Certificate, leaf: x509.Certificate, name: str, at: datetime) -> bool:
    """As a browser that trusts the authority: another implementation judges ours."""
    try:
        subject: x509.IPAddress | x509.DNSName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        subject = x509.DNSName(name)
    builder = PolicyBuilder().store(Store([authority])).time(at)
    try:
        builder.build_server_verifier(subject).verify(leaf, [])
    except VerificationError:
        return False
    return True


@pytest.fixture(scope="module")
def authority() -> Pair:
    return new_authority(NAMES, NOW)


@pytest.mark.parametrize("name", NAMES)
def test_the_certificate_is_good_for_each_name_of_the_site(authority: Pair, name: str) -> None:
    leaf = new_leaf(authority, NAMES, NOW).certificate
    assert verifies(authority.certificate, leaf, name, NOW)
    assert not verifies(authority.certificate, leaf, "bank.example", NOW)
    assert not verifies(authority.certificate, leaf, name, NOW + LEAF_FOR + timedelta(days=1))


@pytest.mark.parametrize("name", ["bank.example", "example.org", "8.8.8.8", "evil-example.org"])
def test_a_stolen_authority_cannot_speak_for_others(authority: Pair, name: str) -> None:
    forged = new_leaf(authority, [name], NOW).certificate
    assert not verifies(authority.certificate, forged, name, NOW)
    assert not covers(authority.certificate, [name])


def test_a_certificate_of_another_authority_is_not_believed(authority: Pair) -> None:
    leaf = new_leaf(new_authority(NAMES, NOW), NAMES, NOW).certificate
    assert not verifies(authority.certificate, leaf, NAMES[0], NOW)


def test_it_is_renewed_a_month_before_it_ends_and_when_names_change(authority: Pair) -> None:
    leaf = new_leaf(authority, NAMES, NOW).certificate
    assert is_fresh(leaf, NAMES, NOW + timedelta(days=59))
    assert not is_fresh(leaf, NAMES, NOW + timedelta(days=61))
    assert not is_fresh(leaf, [*NAMES, "more.local"], NOW)
    assert not is_fresh(leaf, NAMES, NOW - timedelta(days=2))  # the clock was wrong


def test_files_are_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    assert certificates.renew(NAMES, NOW)
    assert not certificates.renew(list(reversed(NAMES)), NOW)
    folder = tmp_path / "tls"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_renewal_keeps_the_authority_that_browsers_trust(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    certificates.renew(NAMES, NOW)
    before = certificates.authority().public_bytes(serialization.Encoding.PEM)
    assert certificates.renew([*NAMES, "door.local", "10.0.0.9"], NOW)
    assert certificates.renew(NAMES, NOW + timedelta(days=80))
    assert certificates.authority().public_bytes(serialization.Encoding.PEM) == before


def test_a_name_beyond_the_authority_takes_a_new_one_and_keeps_the_old_file(
    tmp_path: Path,
) -> None:
    certificates = Certificates(tmp_path)
    certificates.renew(NAMES, NOW)
    before = certificates.authority()
    assert certificates.renew([*NAMES, "shop.example.com"], NOW)
    assert certificates.authority() != before
    assert covers(certificates.authority(), [*NAMES, "shop.example.com"])
    assert len(list((tmp_path / "tls").glob("authority-until-*.pem"))) == 1


@pytest.mark.parametrize("name", ["authority.pem", "authority.key"])
def test_a_damaged_authority_is_a_sentence_and_not_silently_replaced(
    tmp_path: Path, name: str
) -> None:
    certificates = Certificates(tmp_path)
    certificates.renew(NAMES, NOW)
    (tmp_path / "tls" / name).write_text("rubbish")
    with pytest.raises(TlsError, match="move that folder away"):
        certificates.renew(NAMES, NOW)


def test_a_damaged_certificate_is_made_anew(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    certificates.renew(NAMES, NOW)
    (tmp_path / "tls" / "web.pem").write_text("rubbish")
    assert certificates.renew(NAMES, NOW)


def test_the_names_are_those_that_the_door_answers_to() -> None:
    web = WebSettings.model_validate({"host": "0.0.0.0", "names": ["Cameras.lan"]})  # noqa: S104
    names = certificate_names(web, ["192.168.1.5"])
    assert {"cameras.lan", "192.168.1.5", "127.0.0.1", "::1", "localhost"} <= set(names)
    assert "0.0.0.0" not in names  # noqa: S104
