"""Of the hints that reviewers were given, the questions stay: what they quoted was left behind when a name was sealed
or a record removed."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def keep_questions(apps: Any, schema_editor: Any) -> None:
    """Keep of question → reasons the questions alone."""
    Review = apps.get_model("statements", "Review")
    for row in Review.objects.exclude(answers={}).iterator():
        hints = row.answers.get("hints") if isinstance(row.answers, dict) else None
        if isinstance(hints, dict):
            Review.objects.filter(pk=row.pk).update(answers={**row.answers, "hints": list(hints)})


def give_shape_back(apps: Any, schema_editor: Any) -> None:
    """Give the questions the shape in which reasons stood beside them; the reasons are gone for good."""
    Review = apps.get_model("statements", "Review")
    for row in Review.objects.exclude(answers={}).iterator():
        hints = row.answers.get("hints") if isinstance(row.answers, dict) else None
        if isinstance(hints, list):
            Review.objects.filter(pk=row.pk).update(answers={**row.answers, "hints": {name: [] for name in hints}})


class Migration(migrations.Migration):
    dependencies = [("statements", "0010_latest_statements")]

    operations = [migrations.RunPython(keep_questions, give_shape_back)]
