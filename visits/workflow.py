"""How far a record may go from where it is, and who may take it there. Pure."""

from visits.access import Permission
from visits.choices import Visibility, Workflow

# From, to → what the person needs. Removing takes a second person and has an action of its own.
TRANSITIONS: dict[tuple[Workflow, Workflow], Permission] = {
    (Workflow.DRAFT, Workflow.IN_REVIEW): Permission.EDIT_RECORD,
    (Workflow.IN_REVIEW, Workflow.DRAFT): Permission.EDIT_RECORD,
    (Workflow.DRAFT, Workflow.PUBLISHED): Permission.PUBLISH,
    (Workflow.IN_REVIEW, Workflow.PUBLISHED): Permission.PUBLISH,
    (Workflow.PUBLISHED, Workflow.WITHDRAWN): Permission.PUBLISH,
    (Workflow.WITHDRAWN, Workflow.PUBLISHED): Permission.PUBLISH,
}

_OPENNESS = {Visibility.CONFIDENTIAL: 0, Visibility.INTERNAL: 1, Visibility.PUBLIC: 2}


def openness(visibility: str) -> int:
    """Return 0 for confidential, 1 for internal, 2 for public."""
    return _OPENNESS[Visibility(visibility)]


def permission_for(old: str, new: str) -> Permission | None:
    """Return what a person needs to take a record from `old` to `new`; None where there is no such
    way.
    """
    return TRANSITIONS.get((Workflow(old), Workflow(new)))


def reaches_public(workflow: str, visibility: str) -> bool:
    """Whether a row in this state changes what the public sees: published, or a withdrawn one's
    note.
    """
    return visibility == Visibility.PUBLIC and workflow in {Workflow.PUBLISHED, Workflow.WITHDRAWN}
