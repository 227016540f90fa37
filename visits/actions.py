"""Every write to `visits` that touches more than one row, or that the public could see.

Each is keyword-only, atomic, and takes `by`: the user who acts, or None for the program itself (the sample
record, imports of the operator). All raise ValidationError with words for the person who acts, PermissionDenied
where their role does not allow it, and StaleVersion where the record has changed since `version` was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from visits.access import Permission, has_permission
from visits.after_save import after_save, after_workflow, keys_of, refresh, together, written
from visits.called import check_called
from visits.choices import Column, DatesKind, MeetingStatus, PublishedAs, Visibility, Workflow, column_of
from visits.classification import FieldClass
from visits.lifecycle import StepRow, derive_dates, derive_status, is_still_to_come
from visits.models import (
    AccessNote,
    Compartment,
    CompartmentMember,
    Mandate,
    MandateTerm,
    Meeting,
    MeetingNote,
    Participant,
    Person,
    PublicationStamp,
    Record,
    Source,
    SourceRelay,
    StaleVersion,
    User,
    Versioned,
    Visit,
    VisitExpert,
    VisitExpertLeg,
    VisitLeg,
    VisitMandate,
    VisitStep,
)
from visits.partial_dates import PartialDate, parse
from visits.second_person import check_second_person
from visits.told import changes_public, is_told
from visits.workflow import openness, permission_for, reaches_public


def raise_stamp() -> int:
    """Raise the publication stamp by one within the current transaction and return it."""
    PublicationStamp.objects.get_or_create(pk=1)
    PublicationStamp.objects.filter(pk=1).update(value=F("value") + 1, raised_at=timezone.now())
    return PublicationStamp.objects.values_list("value", flat=True).get(pk=1)


def require(by: User | None, permission: Permission) -> None:
    """Raise PermissionDenied where `by` is a person without `permission`."""
    if by is not None and not has_permission(by, permission):
        raise PermissionDenied(_("Your role does not allow this."))


def check_version(row: Versioned, version: int | None) -> None:
    """Raise StaleVersion where `row` is not at the version that the person read."""
    if version is not None and row.version != version:
        raise StaleVersion


def parents_of(record: models.Model) -> list[Record]:
    """Return the records that limit who may see `record`: its visit, its meeting, its statement, its only source."""
    found = [getattr(record, name, None) for name in ("visit", "meeting", "statement")]
    if isinstance(record, AccessNote):
        found.append(record.source)
    return [parent for parent in found if parent is not None]


def check_parents(record: Record, *, publishing: bool = False, by: User | None = None) -> None:
    """Raise ValidationError where `record` would be more visible than a parent or stand in another visit.

    `publishing` asks for a proof that is published now; a record once published outlives the withdrawal of its proof,
    hidden by the gate. `by` is who acts: of its proof only what they may see is judged.
    """
    for parent in parents_of(record):
        if openness(record.visibility) > openness(parent.visibility):
            raise ValidationError(
                _("This cannot be more visible than the %(parent)s it belongs to.")
                % {"parent": parent._meta.verbose_name}
            )
        # What belongs to a withdrawn record is hidden with it by the gate, and need not be withdrawn one by one.
        open_states = {Workflow.PUBLISHED, Workflow.WITHDRAWN}
        if record.workflow == Workflow.PUBLISHED and parent.workflow not in open_states:
            raise ValidationError(
                _("Publish the %(parent)s first: this belongs to it.") % {"parent": parent._meta.verbose_name}
            )
    _check_one_visit(record)
    record.check_proof(publishing=publishing, by=by)


def _check_one_visit(record: Record) -> None:
    """Raise ValidationError where what `record` names belongs to different visits."""
    visit_id = getattr(record, "visit_id", None)
    for name in ("meeting", "leg", "statement", "compartment"):
        part = getattr(record, name, None)
        theirs = getattr(part, "visit_id", None)
        if part is None or theirs is None:
            continue
        if visit_id is not None and theirs != visit_id:
            raise ValidationError(_("The %(part)s belongs to another visit.") % {"part": part._meta.verbose_name})
        visit_id = theirs


def stamp_for(*rows: Record | None) -> None:
    """Raise the publication stamp where the public could see one of `rows`."""
    if any(row is not None and changes_public(row) for row in rows):
        raise_stamp()


# Internal columns of which no page, file or mark tells the public.
_UNSAID = {"note", "differs_reason", "calendar_uid", "calendar_sequence"}
# Of a meeting that is counted, what decides whether it counts, and for which visit.
_COUNTED_BY = {"published_as", "status", "workflow", "visit_id"}


def only_unsaid_changed(before: Any, row: Any) -> bool:
    """Whether two states of a row differ only in what the public learns nothing of: no page, file or mark tells it.

    Of the text of a source it does where that may be published; of a meeting that is counted nothing but that.
    """
    columns = {column.attname for column in row._meta.concrete_fields} - {"version", "changed_at"}
    changed = {name for name in columns if getattr(before, name) != getattr(row, name)}
    unsaid = {name for name in _UNSAID if row.FIELD_CLASSES.get(name) == FieldClass.INTERNAL}
    if isinstance(row, Source) and not before.publishable and not row.publishable:
        unsaid.add("extracted_text")
    if isinstance(row, Meeting) and row.published_as == PublishedAs.COUNT:
        unsaid = columns - _COUNTED_BY
    return bool(changed) and changed <= unsaid


def clean_and_save(row: models.Model) -> None:
    """Check a row as a form would, then save it; a database rule that it breaks reads as a ValidationError.

    The database checks its constraints anyway: only where one fails is it asked again for the words.
    """
    row.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        row.full_clean()
        raise
    written(row)


@transaction.atomic
def save_record(*, record: Record, by: User | None, version: int | None = None) -> Record:
    """Store a new record or the changes of a stored one, parents checked and the publication stamp raised."""
    require(by, Permission.EDIT_RECORD)
    check_version(record, version)
    before = None if record._state.adding else type(record)._base_manager.filter(pk=record.pk).first()
    if before is None:
        record.entered_by = by
        _default_visibility(record, by)
    else:
        # What somebody else has done since is told as that, not as something that this person may not do.
        check_version(before, record.version)
    if by is not None:
        _check_state(before, record, by)
    check_parents(record, by=by)
    record.check_dependants(by)
    _date_publication(before, record)
    clean_and_save(record)
    if isinstance(before, Meeting) and before.visit_id != record.visit_id:  # type: ignore[attr-defined]
        _leave_statements(record, by)
    if before is not None and openness(record.visibility) < openness(before.visibility):
        _lower_children(record)
    after_save(record, by)
    if before is None or not only_unsaid_changed(before, record):
        stamp_for(before, record)
    return record


def _leave_statements(meeting: Any, by: User | None) -> None:
    """Have what was said in a meeting that moved to another visit stay in its own: hidden from `by`, or refused.

    A statement stands with the compartment, leg and positions of its visit, so it cannot move along untold. Without
    its meeting it is seen by all of its own compartment: where the meeting is confidential to others too, it stays.
    """
    # Which asks for the parents of records here.
    from visits.letting_go import let_go

    if meeting.visibility == Visibility.CONFIDENTIAL:
        raise ValidationError(_("A confidential meeting stays in its visit: enter it anew in the other one."))
    words = _("Said in a meeting that was moved to another visit: %(meeting)s") % {"meeting": meeting}
    for statement in meeting.statements.exclude(visit=meeting.visit_id).order_by("pk"):
        let_go(statement, statement._meta.get_field("meeting"), words, by)


def _date_publication(before: Record | None, record: Record) -> None:
    """Say that `record` was published now where the public could not see it before: what is new is told by that."""
    opened = before is not None and not reaches_public(before.workflow, before.visibility)
    if reaches_public(record.workflow, record.visibility) and (opened or record.published_at is None):
        record.published_at = timezone.now()


def _check_state(before: Record | None, record: Record, by: User) -> None:
    """Raise where a person saves a record into a state that only a change of workflow leads to, or opens it."""
    if record.workflow != (Workflow.DRAFT if before is None else before.workflow):
        raise ValidationError(_("Saving does not publish, withdraw or remove: each has an action of its own."))
    if before is not None:
        require_for_change(before, by)
    if any(getattr(record, name) != getattr(before, name, "") for name in record.FOR_REVIEWERS):
        require(by, Permission.PUBLISH)
    compartment = record.compartment
    chosen = compartment is not None and (before is None or before.compartment_id != compartment.pk)
    held = CompartmentMember.objects.holding().filter(compartment=compartment, user=by)
    if chosen and not held.exists():
        raise ValidationError(_("Choose a compartment in which you are named."))


def require_for_change(whole: models.Model | None, by: User | None) -> None:
    """Raise PermissionDenied where `whole` is published and `by` may not publish: editors change drafts only."""
    while isinstance(whole, Versioned):
        if isinstance(whole, Record):
            if whole.workflow in {Workflow.PUBLISHED, Workflow.WITHDRAWN}:
                require(by, Permission.PUBLISH)
            return
        whole = getattr(whole, whole.PART_OF) if whole.PART_OF else None


def _default_visibility(record: Record, by: User | None) -> None:
    """Give a new record the visibility that is usual for its kind, and a compartment where that is confidential."""
    if not record.visibility:
        record.visibility = record.default_visibility()
    if record.visibility == Visibility.CONFIDENTIAL and record.compartment is None and by is not None:
        record.compartment = own_compartment(record, by)


def own_compartment(record: Record, by: User) -> Compartment:
    """Return the compartment of the meeting, or else one of the visit in which `by` is named, made where missing."""
    meeting = getattr(record, "meeting", None)
    if meeting is not None and meeting.compartment is not None:
        return meeting.compartment
    visit = meeting.visit if meeting is not None else getattr(record, "visit", None)
    held = CompartmentMember.objects.holding().filter(user=by).values("compartment_id")
    mine = Compartment.objects.filter(visit=visit, pk__in=held).order_by("id").first()
    if mine is not None:
        return mine
    # By the names of those that they were ever in: those of others would tell of themselves.
    ever = CompartmentMember.history.filter(user=by).values("compartment_id")
    taken = set(Compartment.objects.filter(visit=visit, pk__in=ever).values_list("name", flat=True))
    names = (f"{by.get_username()} {number}" for number in count(1))
    compartment = Compartment(visit=visit, name=next(name for name in names if name not in taken))
    clean_and_save(compartment)
    clean_and_save(CompartmentMember(compartment=compartment, user=by))
    return compartment


# What belongs to a visit, meeting or statement and has a visibility of its own.
_CHILDREN = ("meetings", "statements", "access_notes", "positions", "commitments", "notes")


def _lower_children(record: Record) -> None:
    """Make what belongs to `record`, and what belongs to that, no more visible than it is now."""
    for name in _CHILDREN:
        children = getattr(record, name, None)
        for child in children.all() if children is not None else ():
            if openness(child.visibility) > openness(record.visibility):
                child.visibility, child.compartment = record.visibility, record.compartment
                clean_and_save(child)
                _lower_children(child)
    for citation in record.citations.all() if isinstance(record, Source | MeetingNote) else ():
        _lower_citing(citation.statement)


def _lower_citing(statement: Record) -> None:
    """Make a statement no more visible than the most open of what it cites."""
    proofs = [citation.source or citation.note for citation in statement.citations.all()]  # type: ignore[attr-defined]
    best = max(proofs, key=lambda proof: openness(proof.visibility))
    if openness(best.visibility) < openness(statement.visibility):
        statement.visibility, statement.compartment = best.visibility, best.compartment
        clean_and_save(statement)
        _lower_children(statement)


@transaction.atomic
def change_workflow(*, record: Record, to: str, by: User | None, version: int | None = None, note: str = "") -> Record:
    """Take `record` to another state of its workflow; `note` is what the public reads of a withdrawal."""
    check_version(record, version)
    needed = permission_for(record.workflow, to)
    if needed is None:
        raise ValidationError(
            _("A record cannot go from “%(old)s” to “%(new)s”.")
            % {"old": record.get_workflow_display(), "new": Workflow(to).label}
        )
    require(by, needed)
    shown = changes_public(record)
    kept = (record.workflow, record.published_at, record.withdrawn_note)
    record.workflow = to
    try:
        if to == Workflow.PUBLISHED:
            check_second_person(record, by)
            record.published_at = record.published_at or timezone.now()
            record.withdrawn_note = ""
            check_parents(record, publishing=True, by=by)
        if to == Workflow.WITHDRAWN:
            record.withdrawn_note = note
        clean_and_save(record)
    except BaseException:
        record.workflow, record.published_at, record.withdrawn_note = kept
        raise
    after_workflow(record)
    if shown or changes_public(record):
        raise_stamp()
    return record


def submit(*, record: Record, by: User | None, version: int | None = None) -> Record:
    """Send `record` for review."""
    return change_workflow(record=record, to=Workflow.IN_REVIEW, by=by, version=version)


def publish(*, record: Record, by: User | None, version: int | None = None) -> Record:
    """Publish `record` to those whom its visibility allows."""
    return change_workflow(record=record, to=Workflow.PUBLISHED, by=by, version=version)


def withdraw(*, record: Record, by: User | None, note: str = "", version: int | None = None) -> Record:
    """Withdraw `record`; `note` remains at its address."""
    return change_workflow(record=record, to=Workflow.WITHDRAWN, by=by, version=version, note=note)


@transaction.atomic
def remove(*, record: Record, by: User, second: User) -> Record:
    """Remove `record` because it endangers somebody: from now on it answers like a row that never existed."""
    require(by, Permission.PUBLISH)
    require(second, Permission.PUBLISH)
    if by.pk == second.pk:
        raise ValidationError(_("Removing takes two persons."))
    shown = changes_public(record)
    record.workflow = Workflow.REMOVED
    clean_and_save(record)
    if shown:
        raise_stamp()
    return record


def step_rows(steps: Iterable[VisitStep]) -> list[StepRow]:
    """Return the steps of a visit as rows of the pure module `lifecycle`."""
    stored = list(steps)
    voided = {step.voids_id for step in stored if step.voids_id}
    return [
        StepRow(
            kind=step.kind,
            date=parse(step.date) if step.date else None,
            order=step.pk,
            proposed=parse(step.proposed) if step.proposed else None,
            voided=step.pk in voided or step.voids_id is not None,
            actor=step.actor,
            mandate=str(step.mandate_id or ""),
        )
        for step in stored
    ]


def leg_dates(texts: Iterable[str]) -> list[PartialDate]:
    """Return the dates of the legs where all are known; where one is not, they say nothing of start and end."""
    known = list(texts)
    return [parse(text) for text in known] if all(known) else []


def derive_visit(visit: Visit) -> dict[str, str]:
    """Return status, dates and dates_kind of `visit` as its steps and legs give them now."""
    rows = step_rows(visit.steps.all())
    derived = derive_dates(rows, leg_dates(leg.dates for leg in visit.legs.all()))
    mandates = [str(row.mandate_id) for row in visit.visit_mandates.all()]
    kind, dates = DatesKind.NONE, None
    if derived.actual is not None:
        dates, kind = derived.actual, DatesKind.ACTUAL
        if derived.end is None:
            kind = DatesKind.START_ONLY
        elif derived.start is None:
            kind = DatesKind.END_ONLY
    elif derived.planned is not None:
        dates, kind = derived.planned, DatesKind.PLANNED
    return {
        "status": derive_status(rows, mandates=mandates),
        "dates": dates.text if dates else "",
        "dates_kind": kind.value,
    }


def check_visit(visit: Visit) -> None:
    """Raise ValidationError where a member or step of `visit` is of a mandate that does not make the visit."""
    mandates = {row.mandate_id for row in visit.visit_mandates.all()}
    if any(expert.term.mandate_id not in mandates for expert in visit.experts.select_related("term")):
        raise ValidationError(_("A member of the mission holds a mandate that does not make this visit."))
    if any(step.mandate_id not in {None, *mandates} for step in visit.steps.all()):
        raise ValidationError(_("A step is of a mandate that does not make this visit."))


def check_is_past(dates: str) -> None:
    """Raise ValidationError where `dates`, on which a visit is said to have been held, are still to come."""
    found = parse(dates)
    if is_still_to_come(found, today=timezone.now().date()):
        told = _("The visit cannot have been held %(dates)s: that is still to come. Enter such dates as announced.")
        raise ValidationError(told % {"dates": found.display(get_language() or "en")})


def refresh_visit(visit: Visit) -> None:
    """Store what the steps and legs give as status and dates, and raise the visit's version with its parts'."""
    check_visit(visit)
    derived = derive_visit(visit)
    if derived["dates_kind"] not in {DatesKind.NONE, DatesKind.PLANNED}:
        check_is_past(derived["dates"])
    for name, value in derived.items():
        setattr(visit, name, value)
    visit.save()
    written(visit)
    stamp_for(visit)


@transaction.atomic
def enter_visit(
    *,
    visit: Visit,
    by: User | None,
    mandates: Sequence[Mandate] = (),
    legs: Sequence[VisitLeg] = (),
    experts: Sequence[tuple[MandateTerm, Sequence[int]]] = (),
    steps: Sequence[VisitStep] = (),
) -> Visit:
    """Store a new visit with its parts. `experts` are (term, orders of the legs they travelled; none: all)."""
    with together():
        save_record(record=visit, by=by)
        for order, mandate in enumerate(mandates):
            clean_and_save(VisitMandate(visit=visit, mandate=mandate, order=order))
        by_order: dict[int, VisitLeg] = {}
        for leg in legs:
            leg.visit = visit
            clean_and_save(leg)
            by_order[leg.order] = leg
        for order, (term, orders) in enumerate(experts):
            expert = VisitExpert(visit=visit, term=term, order=order)
            clean_and_save(expert)
            for number in orders:
                clean_and_save(VisitExpertLeg(expert=expert, leg=by_order[number]))
        for step in steps:
            step.visit = visit
            clean_and_save(step)
        refresh_visit(visit)
    return visit


@transaction.atomic
def add_step(*, visit: Visit, by: User | None, step: VisitStep, version: int | None = None) -> VisitStep:
    """Add a step to `visit` and derive its status and dates anew."""
    require(by, Permission.EDIT_RECORD)
    require_for_change(visit, by)
    check_version(visit, version)
    step.visit = visit
    if step.leg is not None and step.leg.visit_id != visit.pk:
        raise ValidationError(_("The leg belongs to another visit."))
    if step.voids is not None and step.voids.visit_id != visit.pk:
        raise ValidationError(_("The step to be voided belongs to another visit."))
    if step.voids is not None and step.voids.voids_id is not None:
        raise ValidationError(_("This step voids another and cannot be voided: enter the right step anew."))
    clean_and_save(step)
    refresh_visit(visit)
    return step


def void_step(*, step: VisitStep, by: User | None, reason: str, version: int | None = None) -> VisitStep:
    """Void a wrong step by another one of the same kind that says why; `version` is that of the visit as read."""
    return add_step(
        visit=step.visit,
        by=by,
        version=version,
        step=VisitStep(kind=step.kind, actor=step.actor, voids=step, reason=reason),
    )


@transaction.atomic
def save_part(*, part: Any, by: User | None, version: int | None = None) -> Any:
    """Store a part of a record or a row of the vocabulary; its whole's version and the stamp are raised.

    `version` is that of the part as the person read it. A part stays with its whole.
    """
    require(by, part.WRITTEN_WITH)
    check_version(part, version)
    if isinstance(part, VisitStep):
        return add_step(visit=part.visit, by=by, step=part)
    before = None if part._state.adding else type(part)._base_manager.filter(pk=part.pk).first()
    _check_part(before, part, by)
    # Which asks for the parents of records here.
    from visits.letting_go import make_room

    told = before is not None and is_told(before)
    noted = before is not None and not part.PART_OF and only_unsaid_changed(before, part)
    with together():
        # Another name may be that of somebody else from now on.
        refresh(keys_of([before] if before else []))
        make_room(part, by)
        clean_and_save(part)
    after_save(part, by)
    _touch_whole(part, by, told=not noted and (told or is_told(part)))
    return part


@transaction.atomic
def remove_part(*, part: Any, by: User | None, version: int | None = None) -> None:
    """Take a part out of its record; its history keeps it. Steps are voided instead, and what is told stays told.

    Rows that rest on it and are hidden from `by` let it go (`visits.letting_go`).
    """
    # Which asks for the parents of records here.
    from visits.letting_go import take_out_of

    require(by, part.WRITTEN_WITH)
    check_version(part, version)
    if not part.PART_OF or part.STAYS or isinstance(part, VisitStep):
        raise ValidationError(_("This is no part that can be taken out."))
    require_for_change(getattr(part, part.PART_OF), by)
    part.check_out(by)
    told = is_told(part)
    take_out_of(part, by)
    after_save(part, by)
    _touch_whole(part, by, told=told)


def _check_part(before: Any, part: Any, by: User | None) -> None:
    """Raise where `by` may not write `part`, or where it would move to another whole."""
    if part.PART_OF:
        if before is not None and getattr(before, f"{part.PART_OF}_id") != getattr(part, f"{part.PART_OF}_id"):
            raise ValidationError(_("A part stays with its record: take it out here and enter it there."))
        require_for_change(getattr(part, part.PART_OF), by)
    if isinstance(part, CompartmentMember) and by is not None:
        _check_named(part, by)
    if isinstance(part, Person) and before is not None and before.private and not part.private:
        require(by, Permission.PUBLISH)
    check_called(before, part, by)


def _check_named(part: CompartmentMember, by: User) -> None:
    """Raise where somebody opens a compartment to themselves, or to others without being in it: admins too.

    Whoever is in until a moment only names nobody, unless nobody is in for good: else it would not end by itself.
    """
    if part.user_id == by.pk:
        raise ValidationError(_("Nobody opens a compartment to themselves: somebody else has to name you."))
    holding = CompartmentMember.objects.holding().filter(compartment=part.compartment_id)
    mine = holding.filter(user=by).first()
    if mine is None:
        raise ValidationError(_("Only somebody who is named in a compartment names others in it."))
    if mine.ends_at is not None and holding.filter(ends_at=None, user__is_active=True).exists():
        raise ValidationError(_("Whoever is named until a day only names nobody: ask somebody who is in for good."))


def _touch_whole(part: Versioned, by: User | None, *, told: bool = True) -> None:
    """Check what `part` belongs to again, raise its version and, where the public sees both, the stamp."""
    whole = getattr(part, part.PART_OF) if part.PART_OF else None
    if isinstance(whole, Visit):
        refresh_visit(whole)
        return
    if isinstance(whole, Record):
        check_parents(whole, by=by)
    if whole is not None:
        whole.save()
    if whole is not None and whole.PART_OF:
        _touch_whole(whole, by, told=told)
        return
    if not told:
        return
    if isinstance(whole, Record):
        stamp_for(whole)
    elif not isinstance(part, Compartment | CompartmentMember):
        # The vocabulary is shown on public pages everywhere; who is named in a compartment on none.
        raise_stamp()


@transaction.atomic
def enter_meeting(*, meeting: Meeting, by: User | None, participants: Sequence[Participant] = ()) -> Meeting:
    """Store a new meeting and those who took part; one held with the State alone is internal where nobody said."""
    if not meeting.visibility and meeting.status == MeetingStatus.HELD and participants:
        sides = {column_of(participant.side) for participant in participants}
        if sides <= {Column.STATE, Column.HOLDER}:
            meeting.visibility = Visibility.INTERNAL
    save_record(record=meeting, by=by)
    for order, participant in enumerate(participants):
        participant.meeting = meeting
        participant.order = order
        clean_and_save(participant)
    return meeting


@transaction.atomic
def enter_source(*, source: Source, by: User | None, relays: Mapping[Source, str] | None = None) -> Source:
    """Store a source and which others it relays (source → kind of relay)."""
    save_record(record=source, by=by)
    for original, kind in (relays or {}).items():
        clean_and_save(SourceRelay(source=source, original=original, kind=kind))
    return source
