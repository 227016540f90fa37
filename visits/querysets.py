"""Reads of `visits` in domain words. Every queryset that reaches a person goes through `visible_to(user)`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.functions import Now

from visits.access import (
    Permission,
    compartments_of,
    gate,
    gate_or_none,
    has_permission,
    meeting_gate,
    plain_gate,
    plain_meeting_gate,
    visible,
    visible_or_none,
)
from visits.addresses import canonical, core
from visits.choices import MeetingStatus, PublishedAs, Visibility, Workflow
from visits.days import Day, TodayInUTC
from visits.folding import fold
from visits.traces import known, traced, traced_withdrawn
from visits.written import Anybody, define

if TYPE_CHECKING:
    from visits.access import Reading


# Orders of lists. Both databases put what has no date last, whichever way round the list goes.
LATEST_VISITS = (models.F("dates_latest").desc(nulls_last=True), "slug")
LATEST_SAID = (Day("date_latest").desc(), "-id")

# What `visible_to` asks of a row is written here, for all that hangs on such a row asks for it too.


@define("visible", "visits.Source")
def _source(_model: Any, reader: Anybody) -> models.Q:
    return gate(reader) if has_permission(reader, Permission.SEE_DRAFTS) else gate(reader) & traced(reader)


@define("visible", "visits.MeetingNote")
def _note(_model: Any, reader: Anybody) -> models.Q:
    return plain_gate(reader) & plain_meeting_gate(reader, "meeting__")


@define("visible", "visits.Person")
@define("visible", "visits.Organisation")
def _known(_model: Any, reader: Anybody) -> models.Q:
    return known(reader)


@define("visible", "visits.Office")
def _office(_model: Any, reader: Anybody) -> models.Q:
    return known(reader) & known(reader, "person") if has_permission(reader, Permission.SEE_DRAFTS) else known(reader)


class RecordQuerySet(models.QuerySet[Any]):
    """Rows with workflow and visibility of their own."""

    def visible_to(self, user: Reading) -> Self:
        """Return the rows that `user` may see."""
        return self.filter(gate(user))

    def parents_visible_to(self, user: Reading) -> Self:
        """Return the rows whose parents `user` may see; a row without parents passes."""
        return self

    def withdrawn_for_everybody(self, user: Reading) -> Self:
        """Return the public rows of which a note remains at their address, unless `user` may not see a parent."""
        return self.filter(workflow=Workflow.WITHDRAWN, visibility=Visibility.PUBLIC).parents_visible_to(user)


class VisitQuerySet(RecordQuerySet):
    """Visits."""

    def overlapping(self, start: date, end: date) -> Self:
        """Return the visits whose dates share a day with `start` to `end`, both included."""
        return self.filter(dates_earliest__lte=end, dates_latest__gte=start)

    def begun(self, *, on: date) -> Self:
        """Return the visits whose dates, agreed or announced, have begun by the day `on`, without an end on record.

        Whether one is under way on that day is read from its steps: `lifecycle.reading`.
        """
        return self.filter(dates_earliest__lte=on, status__in=["announced", "dates_agreed"])

    def coming_up(self, *, on: date) -> Self:
        """Return the visits with announced or agreed dates after the day `on`."""
        return self.filter(dates_earliest__gt=on, status__in=["announced", "dates_agreed"])

    def waiting(self) -> Self:
        """Return the visits that wait for the State's next step."""
        return self.filter(status__in=["requested", "invited", "accepted", "postponed", "suspended"])

    def of_country(self, country: models.Model) -> Self:
        """Return the visits with a leg in `country`."""
        return self.filter(pk__in=_ids("VisitLeg", "visit_id", country=country))

    def of_mandate(self, mandate: models.Model) -> Self:
        """Return the visits made for `mandate`, alone or jointly."""
        return self.filter(pk__in=_ids("VisitMandate", "visit_id", mandate=mandate))


def _ids(model: str, column: str, **conditions: Any) -> models.QuerySet[Any]:
    """Return one column of a model of this app as a subquery."""
    from django.apps import apps

    return apps.get_model("visits", model)._default_manager.filter(**conditions).values(column)


def held_back(person: str) -> models.Exists:
    """Return the condition that somebody, to whom a column leads, consents no more: the public reads nothing of it."""
    from visits.models import Consent

    return models.Exists(Consent.objects.ended().filter(person_id=models.OuterRef(person)))


def author_unnamed(reader: Reading, source: str = "") -> models.Q:
    """Return the condition that the person who wrote a source is not named to `reader`; `source` leads to it.

    Nobody reads that a private individual wrote something. Of whoever consents no more to be named the public does not.
    """
    unnamed = models.Q(**{f"{source}author_person__private": True})
    if not has_permission(reader, Permission.SEE_INTERNAL):
        unnamed |= models.Q(held_back(f"{source}author_person_id"))
    return unnamed


def author_named(reader: Reading, source: str = "") -> models.Case:
    """Return by whom a source was written as `reader` may read it: every page, file and answer asks here."""
    return models.Case(
        models.When(**{f"{source}author_person__isnull": True}, then=models.F(f"{source}author")),
        models.When(author_unnamed(reader, source), then=models.Value("")),
        default=models.F(f"{source}author_person__name"),
        output_field=models.TextField(),
    )


class PartOfVisitQuerySet(models.QuerySet[Any]):
    """Rows that are as visible as their visit: steps, legs, members, deadlines."""

    def visible_to(self, user: Reading) -> Self:
        """Return the parts of visits that `user` may see."""
        return self.filter(gate(user, "visit"))


class AccessNoteQuerySet(RecordQuerySet):
    """Access notes."""

    def visible_to(self, user: Reading) -> Self:
        """Return the access notes that `user` may see: their own gate and that of the visit and source."""
        return self.filter(gate(user), gate(user, "visit"), gate_or_none(user, "source"))

    def parents_visible_to(self, user: Reading) -> Self:
        """Return the access notes whose visit and source `user` may see."""
        return self.filter(gate(user, "visit"), gate_or_none(user, "source"))


class MeetingQuerySet(RecordQuerySet):
    """Meetings."""

    def visible_to(self, user: Reading) -> Self:
        """Return the meetings that `user` may see; the public sees those published in full."""
        return self.filter(meeting_gate(user))

    def parents_visible_to(self, user: Reading) -> Self:
        """Return the meetings published in full whose visit `user` may see."""
        return self.filter(gate(user, "visit"), published_as=PublishedAs.FULL)

    def counted(self) -> Self:
        """Return the published meetings of public visits of which the public learns only the number: held ones."""
        return self.filter(
            published_as=PublishedAs.COUNT,
            status=MeetingStatus.HELD,
            workflow=Workflow.PUBLISHED,
            visit__workflow=Workflow.PUBLISHED,
            visit__visibility=Visibility.PUBLIC,
        )


class ParticipantQuerySet(models.QuerySet[Any]):
    """Participants."""

    def visible_to(self, user: Reading) -> Self:
        """Return the participants that `user` may see; below member only those who are named publicly."""
        rows = self.filter(meeting_gate(user, "meeting"))
        if not has_permission(user, Permission.SEE_INTERNAL):
            rows = rows.named_to_all()
        return rows

    def named_to_all(self) -> Self:
        """Return the participants whom everybody may read of, as far as they themselves agree to it."""
        return self.filter(~models.Q(held_back("person_id")), named_publicly=True)


class MeetingNoteQuerySet(RecordQuerySet):
    """Meeting notes, which are never public."""

    def visible_to(self, user: Reading) -> Self:
        """Return the notes that `user` may see: their own gate and that of the meeting."""
        return self.filter(visible(user))


class SourceQuerySet(RecordQuerySet):
    """Sources."""

    def visible_to(self, user: Reading) -> Self:
        """Return the sources that `user` may see; below editor only those that a visible row leads to."""
        return self.filter(visible(user))

    def with_author(self, reader: Reading) -> Self:
        """Return the sources with `author_named`: by whom they were written, as `reader` may read it."""
        return self.annotate(author_named=author_named(reader))

    def with_file(self, sha256: str) -> Self:
        """Return the sources whose stored file has these bytes."""
        return self.filter(sha256=sha256) if sha256 else self.none()

    def at_address(self, address: str) -> Self:
        """Return the sources at `address` or archived there, however it is written."""
        wanted, part = canonical(address), core(address)
        if not wanted:
            return self.none()
        near = self.filter(models.Q(url__icontains=part) | models.Q(archive_url__icontains=part))
        rows = near.values_list("pk", "url", "archive_url")
        return self.filter(pk__in=[pk for pk, *written in rows if wanted in map(canonical, written)])

    def with_words(self, words: str) -> Self:
        """Return the sources of which title, publisher, author, symbol and address together hold each of `words`."""
        rows = self
        for word in words.split()[:8]:
            anywhere = models.Q()
            for name in ("title", "publisher", "author", "symbol", "url"):
                anywhere |= models.Q(**{f"{name}__icontains": word})
            rows = rows.filter(anywhere)
        return rows

    def parents_visible_to(self, user: Reading) -> Self:
        """Return the sources to which a row leads that `user` may see, or could see before they were withdrawn."""
        return self.filter(traced(user) | traced_withdrawn(user))


class SourceRelayQuerySet(models.QuerySet[Any]):
    """Relays between sources."""

    def visible_to(self, user: Reading) -> Self:
        """Return the relays of sources that `user` may see, where the gate opens the original too."""
        return self.filter(gate(user, "original"), visible(user, "source"))


class PersonQuerySet(models.QuerySet[Any]):
    """People."""

    def visible_to(self, user: Reading) -> Self:
        """Return the people whom a row visible to `user` names; editors also those that no row names yet."""
        return self.filter(visible(user))

    def with_a_page(self) -> Self:
        """Return the people who are no private individuals."""
        return self.filter(private=False)


class OrganisationQuerySet(models.QuerySet[Any]):
    """Organisations."""

    def visible_to(self, user: Reading) -> Self:
        """Return the organisations that a row visible to `user` names; editors also those that no row names yet."""
        return self.filter(visible(user))


class OfficeQuerySet(models.QuerySet[Any]):
    """Offices."""

    def visible_to(self, user: Reading) -> Self:
        """Return the offices in which a row visible to `user` shows somebody; editors also unused ones."""
        return self.filter(visible(user))


class PartOfPersonQuerySet(models.QuerySet[Any]):
    """Names of people: as visible as the person."""

    def visible_to(self, user: Reading) -> Self:
        """Return the names of people whom `user` may see."""
        return self.filter(visible(user, "person"))


class AliasQuerySet(models.QuerySet[Any]):
    """Other names: those of countries and mandates are public, others as visible as whom they name."""

    def visible_to(self, user: Reading) -> Self:
        """Return the aliases of what `user` may see."""
        return self.filter(visible_or_none(user, "person"), visible_or_none(user, "organisation"))

    def ever_of_countries(self) -> set[str]:
        """Return, folded, whatever is or ever was an alias of a country: editors may have moved it or taken it away."""
        rows = (self.exclude(country=None), self.model.history.exclude(country_id=None))
        return {fold(text) for found in rows for text in found.values_list("text", flat=True)}


class ExpertLegQuerySet(models.QuerySet[Any]):
    """Legs on which members travelled."""

    def visible_to(self, user: Reading) -> Self:
        """Return the rows of visits that `user` may see."""
        return self.filter(gate(user, "expert__visit"))


class OwnQuerySet(models.QuerySet[Any]):
    """Rows that nobody but their user ever meets."""

    def visible_to(self, user: Reading) -> Self:
        """Return the rows of `user`."""
        return self.filter(user_id=user.pk or 0)


class ImportBatchQuerySet(models.QuerySet[Any]):
    """Files taken in, which their user alone meets."""

    def visible_to(self, user: Reading) -> Self:
        """Return the files that `user` handed in."""
        return self.filter(by_id=user.pk or 0)


class ImportRowQuerySet(models.QuerySet[Any]):
    """Rows of files taken in."""

    def visible_to(self, user: Reading) -> Self:
        """Return the rows of files that `user` handed in."""
        return self.filter(batch__by_id=user.pk or 0)


class CompartmentMemberQuerySet(models.QuerySet[Any]):
    """People named in compartments."""

    def holding(self) -> Self:
        """Return those that open their compartment now, by the clock of the database: the text is kept for a role."""
        return self.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=Now()))


class AccessRequestQuerySet(models.QuerySet[Any]):
    """Requests to be let into a compartment."""

    def open(self) -> Self:
        """Return the requests that nobody has answered."""
        return self.filter(granted_at=None, declined_at=None)

    def visible_to(self, user: Reading) -> Self:
        """Return the requests about compartments of `user`; whoever manages users sees all of them."""
        if has_permission(user, Permission.MANAGE_USERS):
            return self
        return self.filter(compartment__in=compartments_of(user))


class ConsentQuerySet(models.QuerySet[Any]):
    """Consents of people."""

    def ended(self) -> Self:
        """Return those whose last day (UTC) is over."""
        return self.filter(ends_on__lt=TodayInUTC())

    def visible_to(self, user: Reading) -> Self:
        """Return the consents of people whom `user` may see, for reviewers."""
        if not has_permission(user, Permission.PUBLISH):
            return self.none()
        return self.filter(visible(user, "person"))


class ProtectedNameQuerySet(models.QuerySet[Any]):
    """Sealed names of people."""

    def visible_to(self, user: Reading) -> Self:
        """Return those whose compartment `user` is named in: nobody else learns who is protected."""
        if not has_permission(user, Permission.SEE_INTERNAL):
            return self.none()
        return self.filter(compartment__in=compartments_of(user))


class ReportQuerySet(models.QuerySet[Any]):
    """What people without an account report."""

    def visible_to(self, user: Reading) -> Self:
        """Return the reports for reviewers; nobody else reads them."""
        return self if has_permission(user, Permission.PUBLISH) else self.none()

    def waiting(self) -> Self:
        """Return what is not done: dangers first, then the oldest."""
        danger = models.Case(models.When(kind="danger", then=0), default=1)
        return self.exclude(state="done").order_by(danger, "id")


class InvitationQuerySet(models.QuerySet[Any]):
    """Invitations."""

    def visible_to(self, user: Reading) -> Self:
        """Return the invitations for whoever manages users; nobody else learns who is expected."""
        return self if has_permission(user, Permission.MANAGE_USERS) else self.none()

    def waiting(self) -> Self:
        """Return the invitations that were neither accepted nor withdrawn; they may have run out."""
        return self.filter(accepted_at=None, revoked_at=None)
