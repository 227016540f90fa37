"""An old address leads to the new one for ever, and only where nothing stands at the old one."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests import factories as make
from visits.models import Redirect

pytestmark = pytest.mark.django_db


def test_an_old_address_leads_on_for_ever() -> None:
    visit = make.visit()
    Redirect(old_path="/visits/kampuchea-2022/", new_path=visit.get_absolute_url()).save()
    response = Client().get("/visits/kampuchea-2022/")
    assert (response.status_code, response.headers["Location"]) == (301, visit.get_absolute_url())
    assert Client().get("/visits/kampuchea-2022/", follow=True).status_code == 200


def test_an_old_address_that_fits_no_pattern_leads_on_too() -> None:
    Redirect(old_path="/mission.php", new_path="/visits/").save()
    assert Client().get("/mission.php").headers["Location"] == "/visits/"


def test_what_stands_at_an_address_is_shown_whatever_was_there_before() -> None:
    visit = make.visit()
    Redirect(old_path=visit.get_absolute_url(), new_path="/visits/").save()
    assert Client().get(visit.get_absolute_url()).status_code == 200


def test_an_address_to_which_nothing_leads_is_missing() -> None:
    Redirect(old_path="/visits/kampuchea-2022/", new_path="/visits/").save()
    assert Client().get("/visits/kampuchea-2023/").status_code == 404


def test_an_old_address_is_known_once_and_leads_elsewhere() -> None:
    Redirect(old_path="/old/", new_path="/visits/").save()
    for old, new in (("/old/", "/people/"), ("/same/", "/same/")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Redirect(old_path=old, new_path=new).save()
