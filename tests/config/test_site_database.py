import pytest

from curtilage.config import SettingsError, parse_site

SITE = "state: state\nvolumes: [{path: video}]\ndatabase: "


def test_an_address_is_kept_and_never_shown() -> None:
    site = parse_site(f"{SITE}postgresql://curtilage:very-secret@192.0.2.7/curtilage\n")
    assert site.database is not None
    assert site.database.get_secret_value().startswith("postgresql://curtilage:very-secret@")
    assert "very-secret" not in repr(site) + str(site.model_dump_json())


@pytest.mark.parametrize("given", ["mysql://a:very-secret@host/db", "very-secret", "''"])
def test_what_is_no_address_of_a_server_is_refused_without_being_repeated(given: str) -> None:
    with pytest.raises(
        SettingsError, match="line 3: database: must be the address of a Postgre"
    ) as told:
        parse_site(f"{SITE}{given}\n")
    assert "very-secret" not in str(told.value)
