"""Steps of a visit: added one by one, each with the visit as it was read; a wrong one is voided, never changed."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from visits.actions import add_step
from visits.api.bodies import StepBody
from visits.api.resource import RESOURCES
from visits.api.writing import WritingView
from visits.models import VisitStep


class StepsView(WritingView):
    """What happened to a visit."""

    is_guarded = True

    def input_of(self, method: str) -> Any:
        """Return what the body is."""
        return StepBody

    def post(self, request: Request, key: str) -> Response:
        """Add a step; the visit's status and dates follow from it, and the visit as it is now is the answer."""
        data, by = self.data_of(request, StepBody), self.by(request)
        self.written(
            request, key, lambda visit: add_step(visit=visit, by=by, step=VisitStep(**data), version=visit.version)
        )
        return self.shown(request, self.found(request, key), 200)

    @property
    def resource(self) -> Any:  # type: ignore[override]
        """Return the visits."""
        return RESOURCES["visits"]
