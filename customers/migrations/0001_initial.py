import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('office', '0001_initial'),
        ('office', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('phone', 'Phone'), ('email', 'E-mail'), ('wechat', 'WeChat'), ('wangwang', 'Wangwang'), ('other', 'Other')], max_length=12, verbose_name='kind')),
                ('value', models.CharField(max_length=254)),
                ('typed', models.CharField(max_length=254, verbose_name='as typed')),
                ('parsed', models.BooleanField(default=True)),
                ('shared', models.BooleanField(default=False, verbose_name='shared')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'value'), name='contact_point_is_unique'), models.CheckConstraint(condition=models.Q(('value', ''), _negated=True), name='contact_point_has_a_value')],
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('external', 'External customer'), ('internal', 'Internal customer')], default='external', max_length=12, verbose_name='kind')),
                ('standing', models.CharField(choices=[('actual', 'Customer'), ('prospective', 'Prospective customer')], default='actual', max_length=12, verbose_name='standing')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('preferred_address', models.CharField(blank=True, max_length=120, verbose_name='how to address them')),
                ('organisation', models.CharField(blank=True, max_length=200, verbose_name='organisation')),
                ('language', models.CharField(blank=True, max_length=16, verbose_name='language')),
                ('time_zone', models.CharField(blank=True, max_length=64, verbose_name='time zone')),
                ('preferred_channel', models.CharField(blank=True, max_length=16, verbose_name='preferred channel')),
                ('preferred_times', models.CharField(blank=True, max_length=200, verbose_name='best time')),
                ('needs', models.CharField(blank=True, max_length=300, verbose_name='needs')),
                ('membership', models.CharField(blank=True, max_length=80, verbose_name='membership')),
                ('segment', models.CharField(blank=True, max_length=80, verbose_name='segment')),
                ('customer_since', models.DateField(blank=True, null=True, verbose_name='customer since')),
                ('business_notes', models.TextField(blank=True, verbose_name='business notes')),
                ('personal_notes', models.TextField(blank=True, verbose_name='personal notes')),
                ('personal_notes_consent_at', models.DateTimeField(blank=True, null=True, verbose_name='consent to personal notes')),
                ('no_promotion', models.BooleanField(default=False, verbose_name='no promotion')),
                ('external_id', models.CharField(blank=True, max_length=120, verbose_name='number in the shop or app')),
                ('created_at', models.DateTimeField()),
                ('forgotten_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_by_token', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='office.apitoken')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(fields=['-id'], name='customer_newest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='customer_has_a_name'), models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('external_id',), name='customer_external_id_is_unique'), models.CheckConstraint(condition=models.Q(('personal_notes', ''), ('personal_notes_consent_at__isnull', False), _connector='OR'), name='personal_notes_need_consent'), models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='customer_is_not_its_own_duplicate')],
            },
        ),
        migrations.CreateModel(
            name='CustomerContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('preferred', models.BooleanField(default=False, verbose_name='preferred')),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='customers.customer')),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holders', to='customers.contactpoint')),
            ],
            options={
                'ordering': ['-preferred', 'id'],
                'constraints': [models.UniqueConstraint(fields=('customer', 'point'), name='customer_has_a_contact_point_once')],
            },
        ),
        migrations.AddField(
            model_name='contactpoint',
            name='customers',
            field=models.ManyToManyField(related_name='contact_points', through='customers.CustomerContact', to='customers.customer'),
        ),
        migrations.CreateModel(
            name='DuplicateSuggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=40)),
                ('suggested_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('is_duplicate', models.BooleanField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='duplicate_is_suggested_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='duplicate_suggestion_is_ordered')],
            },
        ),
        migrations.CreateModel(
            name='LookupKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(db_index=True, max_length=120)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lookup_keys', to='customers.customer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'key'), name='lookup_key_once_per_customer')],
            },
        ),
    ]
