"""One gate: what reaches whom, by role, workflow, visibility and compartment; and what exists
through what.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from tests import factories
from tests.cast import NAMES, Cast, cast
from visits.access import (
    ROLES,
    Permission,
    Role,
    gate_or_none,
    has_permission,
    meeting_gate_or_none,
    role_of,
)
from visits.backends import RoleBackend
from visits.choices import Visibility, Workflow
from visits.models import (
    AccessNote,
    Meeting,
    MeetingNote,
    Office,
    Organisation,
    Participant,
    Person,
    Source,
    User,
    Visit,
    VisitStep,
)

pytestmark = pytest.mark.django_db

INSIDERS = {"member", "editor", "reviewer", "admin"}
DESK = {"editor", "reviewer", "admin"}


def may_see(name: str, workflow: str, visibility: str, *, is_named: bool) -> bool:
    """Return what the design says (rule 3), spelled out anew."""
    if workflow == "removed":
        return False
    if workflow != "published" and name not in DESK:
        return False
    if visibility == "public":
        return True
    if visibility == "internal":
        return name in INSIDERS
    return is_named and name in INSIDERS


def seen_by(people: Cast, rows) -> set[str]:  # type: ignore[no-untyped-def]
    """Return the names of those to whom `rows`, a queryset of one row or more, shows something."""
    return {name for name in NAMES if rows.visible_to(people.named(name)).exists()}


def everybody() -> set[str]:
    return set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_reaches_a_person_by_role_workflow_visibility_and_compartment(name: str, people: Cast) -> None:
    signed_in = tuple(person for person in people if person.is_authenticated)
    with_all = factories.compartment(members=signed_in)
    with_none = factories.compartment()
    table: dict[int, tuple[str, str, bool]] = {}
    for workflow in Workflow.values:
        for visibility, within in [
            ("public", None),
            ("internal", None),
            ("confidential", with_all),
            ("confidential", with_none),
        ]:
            row = Visit(
                slug=f"gate-{len(table)}",
                title="A place",
                workflow=workflow,
                visibility=visibility,
                compartment=within,
            )
            row.save()
            table[row.pk] = (workflow, visibility, within is with_all)
    assert len(table) == 20
    found = set(Visit.objects.filter(pk__in=table).visible_to(people.named(name)).values_list("pk", flat=True))
    expected = {
        pk
        for pk, (workflow, visibility, is_named) in table.items()
        if may_see(name, workflow, visibility, is_named=is_named)
    }
    assert {table[pk] for pk in found} == {table[pk] for pk in expected}
    assert found == expected


def test_an_account_that_was_closed_sees_what_everybody_sees(people: Cast) -> None:
    closed = factories.user(role=Role.ADMIN, is_active=False)
    hidden = factories.visit(**factories.internal())
    assert role_of(closed) == Role.NONE
    assert not Visit.objects.filter(pk=hidden.pk).visible_to(closed).exists()
    assert Visit.objects.filter(pk=hidden.pk).visible_to(people.admin).exists()


def test_roles_allow_what_the_table_says() -> None:
    allowed = {role.value: {permission.value for permission in ROLES[role]} for role in Role}
    sees, member = {"see_public"}, {"see_public", "see_internal"}
    editor = member | {"see_drafts", "edit_record", "edit_vocabulary", "enter_admin"}
    assert allowed == {
        "": sees,
        "reader": sees,
        "member": member,
        "editor": editor,
        "reviewer": editor | {"publish"},
        "admin": editor | {"publish", "manage_users"},
    }


def test_nobody_is_a_superuser_and_staff_follows_from_the_role(people: Cast) -> None:
    made = factories.user(role=Role.MEMBER, is_superuser=True, is_staff=True)
    made.refresh_from_db()
    assert (made.is_superuser, made.is_staff) == (False, False)
    assert {name for name in NAMES if people.named(name).is_staff} == DESK


@pytest.mark.parametrize(
    ("perm", "names"),
    [
        ("visits.view_visit", DESK),
        ("visits.add_meeting", DESK),
        ("statements.change_statement", DESK),
        ("visits.delete_visit", set()),
        ("visits.delete_user", set()),
        ("visits.view_user", {"admin"}),
        ("visits.change_user", {"admin"}),
        ("visits.add_compartmentmember", {"admin"}),
        ("visits.view_historicaluser", {"admin"}),
        ("sessions.view_session", set()),
        ("nonsense", set()),
    ],
)
def test_the_admin_asks_the_roles(perm: str, names: set[str], people: Cast) -> None:
    backend = RoleBackend()
    assert {name for name in NAMES if backend.has_perm(people.named(name), perm)} == names


def test_the_admin_is_open_to_the_desk_and_only_for_the_record(people: Cast) -> None:
    backend = RoleBackend()
    for app, names in (("visits", DESK), ("statements", DESK), ("auth", set()), ("mfa", set())):
        assert {n for n in NAMES if backend.has_module_perms(people.named(n), app)} == names


def test_no_permission_comes_from_being_in_a_compartment(people: Cast) -> None:
    factories.compartment(members=(people.reader,))
    assert not has_permission(people.reader, Permission.SEE_INTERNAL)
    assert not has_permission(AnonymousUser(), Permission.SEE_INTERNAL)


# What belongs to something is seen by no more people than that.


@pytest.mark.parametrize(
    ("hidden", "names"),
    [
        (factories.published, set(NAMES)),
        (factories.internal, INSIDERS),
        (factories.draft, DESK),
        (lambda: {"workflow": "removed", "visibility": "public"}, set()),
    ],
)
def test_the_parts_of_a_visit_are_seen_by_those_who_see_the_visit(hidden, names: set[str], people: Cast) -> None:  # type: ignore[no-untyped-def]
    one = factories.visit()
    meeting = factories.meeting(visit=one)
    factories.participant(meeting=meeting)
    factories.access_note(visit=one)
    factories.deadline(visit=one)
    Visit.objects.filter(pk=one.pk).update(**{k: v for k, v in hidden().items() if k != "published_at"})
    for rows in (
        Visit.objects.filter(pk=one.pk),
        VisitStep.objects.filter(visit=one),
        one.legs.all(),
        one.deadlines.all(),
        Meeting.objects.filter(visit=one),
        Participant.objects.filter(meeting=meeting),
        AccessNote.objects.filter(visit=one),
    ):
        assert seen_by(people, rows) == names, rows.model


@pytest.mark.parametrize(("published_as", "names"), [("full", set(NAMES)), ("count", INSIDERS), ("not", INSIDERS)])
def test_the_public_sees_meetings_published_in_full(published_as: str, names: set[str], people: Cast) -> None:
    meeting = factories.meeting(published_as=published_as)
    factories.participant(meeting=meeting)
    assert seen_by(people, Meeting.objects.filter(pk=meeting.pk)) == names
    assert seen_by(people, Participant.objects.filter(meeting=meeting)) == names


def test_below_member_only_those_named_publicly_took_part(people: Cast) -> None:
    meeting = factories.meeting()
    factories.participant(meeting=meeting, named_publicly=False)
    assert seen_by(people, Participant.objects.filter(meeting=meeting)) == INSIDERS


def test_a_note_is_seen_by_members_and_within_its_compartment_by_the_named(people: Cast) -> None:
    within = factories.compartment(members=(people.editor,))
    meeting = factories.meeting()
    plain = factories.note(meeting=meeting)
    secret = factories.note(meeting=meeting, **factories.confidential(within))
    assert seen_by(people, MeetingNote.objects.filter(pk=plain.pk)) == INSIDERS
    assert seen_by(people, MeetingNote.objects.filter(pk=secret.pk)) == {"editor"}


def test_a_note_on_a_confidential_meeting_needs_the_compartment_of_the_meeting_too(
    people: Cast,
) -> None:
    of_meeting = factories.compartment(members=(people.editor, people.member))
    of_note = factories.compartment(members=(people.editor, people.admin))
    meeting = factories.meeting(**factories.confidential(of_meeting))
    note = factories.note(meeting=meeting, **factories.confidential(of_note))
    assert seen_by(people, Meeting.objects.filter(pk=meeting.pk)) == {"editor", "member"}
    assert seen_by(people, MeetingNote.objects.filter(pk=note.pk)) == {"editor"}


def test_an_access_note_is_hidden_with_its_source(people: Cast) -> None:
    visit = factories.visit()
    origin = factories.source()
    factories.access_note(visit=visit, source=origin)
    assert seen_by(people, AccessNote.objects.filter(visit=visit)) == everybody()
    Source.objects.filter(pk=origin.pk).update(visibility=Visibility.INTERNAL)
    assert seen_by(people, AccessNote.objects.filter(visit=visit)) == INSIDERS


def test_a_row_without_the_optional_parent_passes_and_one_with_a_hidden_parent_does_not(
    people: Cast,
) -> None:
    visit = factories.visit()
    hidden = factories.source(**factories.internal())
    bare = factories.access_note(visit=visit)
    sourced = AccessNote(
        visit=visit, guarantee="security", kept="kept", according_to="x", source=hidden, visibility="internal"
    )
    sourced.save()
    notes = AccessNote.objects.filter(visit=visit)
    assert list(notes.filter(gate_or_none(people.reader, "source"))) == [bare]
    assert notes.filter(gate_or_none(people.member, "source")).count() == 2


def test_an_optional_meeting_that_is_hidden_hides_what_was_said_in_it(people: Cast) -> None:
    shown, counted = factories.meeting(), factories.meeting(published_as="count")
    notes = MeetingNote.objects.filter(pk__in=[factories.note(meeting=shown).pk, factories.note(meeting=counted).pk])
    assert notes.filter(meeting_gate_or_none(people.anonymous)).count() == 1
    assert notes.filter(meeting_gate_or_none(people.member)).count() == 2


# People, organisations, offices and sources exist through rows.


def test_a_person_exists_through_a_row_that_the_reader_may_see(people: Cast) -> None:
    meeting = factories.meeting()
    named = factories.participant(meeting=meeting).person
    unnamed = factories.participant(meeting=meeting, named_publicly=False).person
    within = factories.compartment(members=(people.reviewer,))
    secret_meeting = factories.meeting(**factories.confidential(within))
    secret = factories.participant(meeting=secret_meeting).person
    unused = factories.person()
    holder = factories.term().person
    for person, names in (
        (named, everybody()),
        (unnamed, INSIDERS),
        (secret, {"reviewer"}),
        (unused, DESK),
        (holder, everybody()),
    ):
        assert seen_by(people, Person.objects.filter(pk=person.pk)) == names


def test_an_organisation_exists_through_who_came_for_it_or_from_it(people: Cast) -> None:
    shown, hidden = factories.meeting(), factories.meeting(**factories.internal())
    for meeting, names in ((shown, everybody()), (hidden, INSIDERS)):
        itself, behalf, employer = (factories.organisation() for _each in range(3))
        post = factories.office(organisation=employer)
        factories.participant(meeting=meeting, organisation=itself)
        factories.participant(meeting=meeting, label="Counsel", on_behalf_of=behalf)
        factories.participant(meeting=meeting, person=post.person, office=post)
        for row in (itself, behalf, employer):
            assert seen_by(people, Organisation.objects.filter(pk=row.pk)) == names
        assert seen_by(people, Office.objects.filter(pk=post.pk)) == names
    assert seen_by(people, Organisation.objects.filter(pk=factories.organisation().pk)) == DESK


def test_a_source_exists_below_editor_only_through_a_row_that_rests_on_it(people: Cast) -> None:
    untraced = factories.source()
    through_step = factories.source(traced_by=factories.visit())
    through_hidden = factories.source(traced_by=factories.visit(**factories.internal()))
    internal = factories.source(traced_by=factories.visit(), **factories.internal())
    visit = factories.visit()
    through_note = factories.source()
    factories.access_note(visit=visit, source=through_note)
    for row, names in (
        (untraced, DESK),
        (through_step, everybody()),
        (through_hidden, INSIDERS),
        (internal, INSIDERS),
        (through_note, everybody()),
    ):
        assert seen_by(people, Source.objects.filter(pk=row.pk)) == names


def test_the_cast_is_made_once_and_has_the_roles_of_its_names(people: Cast) -> None:
    again = cast()
    assert [person.pk for person in again] == [person.pk for person in people]
    assert User.objects.filter(username__startswith="cast-").count() == 6
    assert {name: role_of(people.named(name)) for name in NAMES[2:]} == {name: Role(name) for name in NAMES[2:]}
    assert role_of(people.outsider) == Role.NONE
