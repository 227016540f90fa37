"""What is carried away of the sample (cards, oEmbed, pictures) holds nothing hidden, whoever asks for it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from statements.models import Statement, Topic
from statements.views import pictures
from tests.record.test_absence import canaries_in
from visits.models import Country, Person, Visit

SITE = "http://testserver"
KINDS = {
    "visits": (Visit, "slug"),
    "statements": (Statement, "public_id"),
    "people": (Person, "slug"),
    "topics": (Topic, "slug"),
    "countries": (Country, "iso3"),
}
# Of the public rows that are alike so many are enough; of the hidden ones none is left out.
PUBLIC_OF_A_KIND = 12


def rows_of(kind: str) -> tuple[list[str], list[str]]:
    """Return the keys of rows that everybody may see, some of them, and of all others."""
    model, key = KINDS[kind]
    every = list(model._base_manager.order_by(key).values_list(key, flat=True))
    everybodys = model.objects.all() if kind == "countries" else model.objects.visible_to(AnonymousUser())
    if kind == "people":
        everybodys = everybodys.with_a_page()
    public = set(everybodys.values_list(key, flat=True))
    return sorted(public)[:: max(1, len(public) // PUBLIC_OF_A_KIND)], [value for value in every if value not in public]


def addresses_of(kind: str, key: str) -> list[str]:
    """Return what is carried away of a row: its picture and, of some kinds, its card and oEmbed's answer."""
    found = [reverse("picture", args=[kind, key.lower()])]
    if kind in ("visits", "statements"):
        name = kind.removesuffix("s")
        page = reverse(f"{name}_detail", args=[key])
        found += [reverse(f"embed_{name}", args=[key]), f"{reverse('oembed')}?url={SITE}{page}&format=json"]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_public_row_is_the_same_for_every_role_and_names_nothing_hidden(kind, clients, monkeypatch):
    drawn = []
    real = pictures.draw
    monkeypatch.setattr(pictures, "draw", lambda poster: drawn.append(poster) or real(poster))
    public, _hidden = rows_of(kind)
    assert len(public) >= PUBLIC_OF_A_KIND / 2
    for key in public:
        for address in addresses_of(kind, key):
            plain = clients["anonymous"].get(address)
            assert plain.status_code == 200, address
            for role in ("member", "editor"):
                assert clients[role].get(address).content == plain.content, (role, address)
            if plain.headers["Content-Type"] != "image/png":
                assert canaries_in(plain.content.decode()) == set(), address
    assert len(drawn) >= 3 * len(public)
    assert canaries_in(str(drawn)) == set()


@pytest.mark.parametrize("kind", ["visits", "statements", "people", "topics"])
def test_each_hidden_row_is_to_every_role_as_if_it_had_never_been(kind, clients):
    _public, hidden = rows_of(kind)
    model, key = KINDS[kind]
    noted = set()
    if kind in ("visits", "statements"):
        noted = set(model.objects.withdrawn_for_everybody(AnonymousUser()).values_list(key, flat=True))
        assert noted
    assert len(set(hidden) - noted) >= 3
    for role in ("anonymous", "member", "editor"):
        missing = [clients[role].get(address) for address in addresses_of(kind, "never-was-here12")]
        assert all(answer.status_code == 404 for answer in missing)
        for value in hidden:
            for address, nothing in zip(addresses_of(kind, value), missing, strict=True):
                answer = clients[role].get(address)
                if value in noted and address.startswith("/embed/"):
                    assert answer.status_code == 410
                    assert canaries_in(answer.content.decode()) == set()
                else:
                    assert (answer.status_code, answer.content) == (404, nothing.content), (role, address)
                    assert dict(answer.headers) == dict(nothing.headers), (role, address)
