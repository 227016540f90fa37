"""What may be a password: long enough, no common one, hardly made of words of the site; otherwise anything at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from config.passwords import WORDS
from tests.cast import again, signed_in
from tests.second_factor import PASSWORD, with_password


def codes(password: str) -> set[str]:
    """Return why a password is refused."""
    try:
        validate_password(password)
    except ValidationError as error:
        return {str(one.code) for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    "weak",
    ["vis-à-vis2026!", "Special Rapporteur 1", "OHCHR-Geneva-2026", "Human.Rights.United.Nations", "adminadmin99"],
)
def test_words_of_the_site_alone_are_no_password(weak):
    assert codes(weak) == {"password_of_the_site"}


@pytest.mark.parametrize(
    "good",
    [
        "the rapporteur ate nine figs",
        "aaaaaaaaaaab",
        "ភ្នំពេញ-ទន្លេសាប",
        "one more       ",
        "x7" * 32,
        "ünd übermorgen",
    ],
)
def test_anything_else_that_is_long_enough_is_one(good):
    assert codes(good) == set()


def test_what_is_short_or_common_is_none():
    assert codes("elevensigns") == {"password_too_short"}
    assert codes("1q2w3e4r5t6y") == {"password_too_common"}
    assert codes("1qaz2wsx3edc") == {"password_too_common"}


def test_a_password_is_taken_letter_by_letter_to_its_last_space(people):
    member = with_password(people.member)
    new = "  Spaces at both ends, and 100 signs: " + "x" * 62 + "  "
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    signed_in(member).post(reverse("account_change_password"), sent)
    assert again(member).check_password(new)
    for other in (new.strip(), new.lower(), new[:72]):
        assert not again(member).check_password(other)
        Client().post(reverse("account_login"), {"login": member.username, "password": other})
    client = Client()
    client.post(reverse("account_login"), {"login": member.username, "password": new})
    assert "Signed in as" in client.get("/").content.decode()


def test_fields_of_passwords_hide_it_and_leave_pasting_and_managers_alone(people):
    pages = [(Client(), "account_login"), (signed_in(with_password(people.member)), "account_change_password")]
    seen = 0
    for client, name in pages:
        html = client.get(reverse(name)).content.decode()
        for field in re.findall(r'<input[^>]*name="(?:old)?password\d?"[^>]*>', html):
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(current|new)-password"', field), field
            assert "maxlength" not in field and "onpaste" not in field
            seen += 1
    assert seen == 4


def test_the_words_stand_in_the_document():
    told = Path(settings.BASE_DIR, "docs/accounts.md").read_text(encoding="utf-8")
    assert set(WORDS) <= set(re.findall(r"\w+", told))
