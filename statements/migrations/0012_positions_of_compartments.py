from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0011_hints_without_words"),
        ("visits", "0013_names_that_others_have"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="position", name="statements_position_once"),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.UniqueConstraint(
                condition=models.Q(("compartment__isnull", True), models.Q(("workflow", "removed"), _negated=True)),
                fields=("visit", "topic", "column"),
                name="statements_position_once_in_the_open",
                violation_error_message="There is a position of this column on this topic in this visit already:"
                " change that one.",
            ),
        ),
        migrations.RemoveConstraint(model_name="statementtext", name="statements_text_one_preferred"),
        migrations.AddConstraint(
            model_name="statementtext",
            constraint=models.UniqueConstraint(
                condition=models.Q(("preferred", True)),
                fields=("statement",),
                name="statements_text_one_preferred",
                violation_error_message="Only one version of the words is preferred: take the tick off the other.",
            ),
        ),
    ]
