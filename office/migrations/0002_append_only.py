"""Make the record book append-only in the database itself."""

from django.db import migrations

from office import append_only


def forwards(apps, schema_editor):
    append_only.install(schema_editor)


def backwards(apps, schema_editor):
    append_only.remove(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
