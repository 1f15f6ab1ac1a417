"""The members' tables."""

import django.db.models.deletion
import django_fsm
from django.db import migrations, models

import core.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Agency",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=16, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Broadcast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=120)),
                ("subject_reference", models.CharField(blank=True, max_length=32)),
                ("params", models.JSONField(default=dict)),
                ("audience", models.CharField(max_length=64)),
                ("last_person_id", models.BigIntegerField(default=0)),
                ("told", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["id"],
                        name="broadcast_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="broadcast_once_per_event")
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=16, unique=True)),
                ("full_name", models.CharField(max_length=100, verbose_name="full name")),
                ("surname", models.CharField(max_length=50, verbose_name="surname")),
                ("born_on", models.DateField(verbose_name="date of birth")),
                (
                    "sex",
                    models.CharField(
                        choices=[("female", "Female"), ("male", "Male")],
                        max_length=6,
                        verbose_name="sex",
                    ),
                ),
                ("province", models.CharField(blank=True, max_length=6, verbose_name="province")),
                ("identity_digest", models.CharField(blank=True, max_length=64)),
                ("identity_encrypted", core.fields.EncryptedText(blank=True)),
                ("phone_digest", models.CharField(blank=True, max_length=64)),
                ("is_identity_verified", models.BooleanField(default=False)),
                ("verified_at", models.DateTimeField(null=True)),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="members.household",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("kind", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=120)),
                ("subject_reference", models.CharField(blank=True, max_length=32)),
                ("params", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="members.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailRefusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=64)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail_refusals",
                        to="members.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AgencyMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="members.agency",
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agency_member",
                        to="members.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("username", models.CharField(max_length=64, unique=True, verbose_name="username")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("is_active", models.BooleanField(default=True)),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hans", "简体中文"), ("en", "English")],
                        default="zh-hans",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                ("date_joined", models.DateTimeField(null=True)),
                ("session_generation", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "person",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="account",
                        to="members.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("name_en", models.CharField(max_length=120)),
                ("name_zh", models.CharField(max_length=120)),
                ("currency", models.CharField(default="CNY", max_length=3)),
                ("zone", models.CharField(default="Asia/Shanghai", max_length=40)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("open", "Open"),
                            ("winding_down", "Winding down"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=50,
                        protected=True,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "winding_down", "closed"])),
                        name="plan_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=16, unique=True)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("left", "Left the plan"),
                            ("age_limit", "Reached the age limit"),
                            ("aid_received", "Aid received"),
                            ("unpaid", "Share unpaid"),
                            ("ineligible", "Found ineligible"),
                            ("waiting_period", "Diagnosed in the waiting period"),
                            ("died", "Died"),
                            ("plan_closed", "Plan closed"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paid_memberships",
                        to="members.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="members.person",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="members.plan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("reviewer", "Reviewer"),
                            ("investigator", "Investigator"),
                            ("jury_officer", "Jury officer"),
                            ("finance", "Finance"),
                            ("ombudsman", "Ombudsman"),
                            ("auditor", "Auditor"),
                            ("admin", "Administrator"),
                        ],
                        max_length=16,
                    ),
                ),
                ("granted_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoke_reason", models.CharField(blank=True, max_length=500)),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants_made",
                        to="members.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_grants",
                        to="members.person",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants_revoked",
                        to="members.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RulebookVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("draft", "Draft"),
                            ("consultation", "Open for comments"),
                            ("announced", "Announced"),
                            ("in_force", "In force"),
                            ("superseded", "Superseded"),
                        ],
                        default="draft",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("body", models.JSONField()),
                ("body_digest", models.CharField(max_length=64)),
                ("consultation_from", models.DateField(null=True)),
                ("announced_on", models.DateField(null=True)),
                ("effective_on", models.DateField(null=True)),
                ("superseded_on", models.DateField(null=True)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="members.plan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HealthStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("shown_text", models.TextField()),
                ("answers", models.JSONField()),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hans", "简体中文"), ("en", "English")], max_length=8
                    ),
                ),
                ("answered_at", models.DateTimeField()),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="health_statements",
                        to="members.membership",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="health_statements",
                        to="members.rulebookversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnitDelta",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tier", models.CharField(max_length=32)),
                ("weight", models.PositiveIntegerField()),
                ("effective_on", models.DateField()),
                ("delta", models.IntegerField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_deltas",
                        to="members.plan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MembershipTier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField()),
                ("tier", models.CharField(max_length=32)),
                ("weight", models.PositiveIntegerField()),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tiers",
                        to="members.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("membership", "from_on"), name="membership_tier_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weight__gt", 0)),
                        name="membership_tier_weight_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("suppressed", "Not sent"),
                        ],
                        db_default="waiting",
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("is_urgent", models.BooleanField(db_default=False, default=False)),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("next_try_at", models.DateTimeField()),
                (
                    "last_error",
                    models.CharField(blank=True, db_default="", default="", max_length=40),
                ),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail",
                        to="members.message",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["-is_urgent", "next_try_at", "id"],
                        name="mail_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["created_at"],
                        name="mail_oldest",
                    ),
                    models.Index(
                        condition=models.Q(("state", "failed")), fields=["-id"], name="mail_failed"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sent", "failed", "suppressed"])
                        ),
                        name="mail_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(
                                models.Q(("state", "sent"), _negated=True),
                                ("sent_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="mail_sent_has_time",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["phone_digest"], name="person_phone"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("identity_digest", ""), _negated=True),
                fields=("identity_digest",),
                name="person_identity_is_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_identity_verified", False),
                    models.Q(
                        models.Q(("identity_digest", ""), _negated=True),
                        ("verified_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="person_verified_has_identity",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("sex__in", ["female", "male"])), name="person_sex_known"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["person", "-created_at"], name="message_inbox"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)),
                fields=["person"],
                name="message_unread",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                fields=("person", "kind", "key"), name="message_once_per_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailrefusal",
            constraint=models.UniqueConstraint(fields=("person", "kind"), name="mail_refused_once"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["zh-hans", "en"])),
                name="account_language_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_on__isnull", True)),
                fields=("person", "plan"),
                name="membership_live_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("person", "plan", "starts_on"), name="membership_start_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="membership_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ends_on__isnull", True), ("end_reason", "")),
                    models.Q(
                        ("ends_on__isnull", False),
                        (
                            "end_reason__in",
                            [
                                "left",
                                "age_limit",
                                "aid_received",
                                "unpaid",
                                "ineligible",
                                "waiting_period",
                                "died",
                                "plan_closed",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="membership_end_has_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="rolegrant",
            index=models.Index(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=["role"],
                name="role_grant_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("person", "role"),
                name="role_grant_live_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "reviewer",
                            "investigator",
                            "jury_officer",
                            "finance",
                            "ombudsman",
                            "auditor",
                            "admin",
                        ],
                    )
                ),
                name="role_grant_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("revoked_at__isnull", True),
                    ("revoked_at__gte", models.F("granted_at")),
                    _connector="OR",
                ),
                name="role_grant_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulebookversion",
            constraint=models.UniqueConstraint(
                fields=("plan", "number"), name="rulebook_number_is_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="rulebookversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "in_force")),
                fields=("plan",),
                name="rulebook_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulebookversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["announced", "in_force", "superseded"])),
                fields=("plan", "effective_on"),
                name="rulebook_one_effective_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulebookversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "consultation", "announced", "in_force", "superseded"])
                ),
                name="rulebook_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulebookversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["announced", "in_force", "superseded"]), _negated=True),
                    models.Q(("announced_on__isnull", False), ("effective_on__isnull", False)),
                    _connector="OR",
                ),
                name="rulebook_published_has_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulebookversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "superseded"), _negated=True),
                    ("superseded_on__isnull", False),
                    _connector="OR",
                ),
                name="rulebook_superseded_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="healthstatement",
            constraint=models.UniqueConstraint(
                fields=("membership", "answered_at"), name="health_statement_once_an_instant"
            ),
        ),
        migrations.AddIndex(
            model_name="unitdelta",
            index=models.Index(
                fields=["plan", "effective_on", "tier"],
                include=("weight", "delta"),
                name="unit_delta_sum",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitdelta",
            constraint=models.CheckConstraint(
                condition=models.Q(("delta", 0), _negated=True), name="unit_delta_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="unitdelta",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0)), name="unit_delta_weight_positive"
            ),
        ),
    ]
