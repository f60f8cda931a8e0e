"""When anything of a ticket was last touched, for clients that ask what happened since."""

from django.db import migrations, models
from django.db.models import F


def as_changed(apps, schema_editor):
    apps.get_model("complaints", "Ticket").objects.update(touched_at=F("changed_at"))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0007_knowledge")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="touched_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(as_changed, migrations.RunPython.noop),
        migrations.AddIndex("ticket", models.Index(fields=["touched_at"], name="ticket_by_touch")),
    ]
