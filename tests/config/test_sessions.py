"""A session ends in the end, when somebody else ends it, and with the account or the password that opened it."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from tests.cast import again, name_on, signed_in
from tests.second_factor import PASSWORD, signed_in_by_password, with_password
from visits.models import AuditEntry, AuditKind, User
from visits.session_actions import end_sessions

HOURS = 12


def test_whatever_is_done_in_it_a_session_is_over_after_half_a_day(people, clock):
    client = signed_in(people.editor)
    assert name_on(client)
    for _step in range(HOURS * 3 - 1):
        clock(20)
        assert client.get(reverse("account_stay")).status_code == 204
    assert name_on(client)
    clock(20)
    html = client.get("/").content.decode()
    assert "You were signed out: a session lasts half a day at most." in html
    assert not name_on(client)


def test_who_signs_in_once_more_begins_anew(people, clock):
    member = with_password(people.member)
    client = signed_in_by_password(member)
    for _hour in range(HOURS):
        clock(29)
        assert name_on(client)
        clock(29)
        assert name_on(client)
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    clock(29)
    assert name_on(client)


def test_an_admin_ends_all_sessions_of_somebody_and_nobody_elses(people):
    member = with_password(people.member)
    mine, other = signed_in_by_password(member), signed_in_by_password(member)
    stranger = signed_in_by_password(with_password(people.editor))
    assert name_on(mine) and name_on(other) and name_on(stranger)
    chosen = {"action": "end_all_sessions", "_selected_action": [people.member.pk]}
    address = reverse("admin:visits_user_changelist")
    told = signed_in(people.admin).post(address, chosen, follow=True).content.decode()
    assert "2 sessions were ended." in told
    assert not name_on(mine) and not name_on(other) and name_on(stranger)
    entry = AuditEntry.objects.get(kind=AuditKind.SIGNED_OUT, by=people.admin.pk)
    assert (entry.row_kind, entry.row) == ("visits.user", people.member.pk)
    with pytest.raises(PermissionDenied):
        end_sessions(user=people.member, by=people.reviewer)


def test_a_closed_account_is_signed_out_everywhere_at_once(people):
    client = signed_in_by_password(with_password(people.member))
    assert name_on(client)
    User.objects.filter(pk=people.member.pk).update(is_active=False)
    assert not name_on(client)


def test_another_password_ends_all_other_sessions_and_the_token_changes(people):
    member = with_password(people.member)
    mine, other = signed_in_by_password(member), signed_in_by_password(member)
    before = mine.session.session_key
    new = "quite another long one"
    mine.post(reverse("account_change_password"), {"oldpassword": "not it", "password1": new, "password2": new})
    assert again(member).check_password(PASSWORD)
    mine.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert again(member).check_password(new)
    assert name_on(mine) and not name_on(other)
    assert mine.session.session_key != before


def test_who_signs_in_is_led_to_no_other_site(people):
    reader = with_password(people.reader)
    sites = ("https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example")
    for elsewhere in (*sites, "javascript:alert(1)"):
        sent = {"login": reader.username, "password": PASSWORD, "next": elsewhere}
        led = Client().post(reverse("account_login"), sent)
        assert (led.status_code, led.headers["Location"]) == (302, "/")


def test_a_token_is_made_by_the_server_long_and_anew_with_each_sign_in(people):
    client = Client()
    client.cookies["sessionid"] = "chosen-by-somebody-else-entirely"
    client.post(reverse("account_login"), {"login": with_password(people.reader).username, "password": PASSWORD})
    first = client.session.session_key
    assert first != "chosen-by-somebody-else-entirely"
    # 32 of 36 signs: 165 bits.
    assert len(first) == 32
    old = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    client.cookies["sessionid"] = old
    assert not name_on(client)
    client.post(reverse("account_login"), {"login": people.reader.username, "password": PASSWORD})
    assert client.session.session_key != first
