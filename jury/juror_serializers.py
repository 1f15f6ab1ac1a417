"""How jurors, their records and their appeals look to API clients."""

from typing import Any

from rest_framework import serializers


class BlockerRow(serializers.Serializer[Any]):
    """Why something cannot be done now."""

    code = serializers.CharField()
    message = serializers.CharField()


class RollPlaceRow(serializers.Serializer[Any]):
    """A number on a roll."""

    roll = serializers.CharField()
    plan = serializers.CharField()
    number = serializers.IntegerField()
    size = serializers.IntegerField()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    experts = serializers.DictField(child=serializers.IntegerField())


class ServiceRow(serializers.Serializer[Any]):
    """A record of service in figures."""

    drawn = serializers.IntegerField()
    accepted = serializers.IntegerField()
    voted = serializers.IntegerField()
    missed = serializers.IntegerField()


class StandingEventRow(serializers.Serializer[Any]):
    """A row of a juror's log."""

    seq = serializers.IntegerField()
    event = serializers.CharField()
    cause = serializers.CharField(allow_blank=True)
    reasons = serializers.CharField(allow_blank=True)
    until_at = serializers.DateTimeField(allow_null=True)
    occurred_at = serializers.DateTimeField()
    digest = serializers.CharField()


class AffiliationRow(serializers.Serializer[Any]):
    """A hospital somebody is tied to."""

    reference = serializers.CharField()
    kind = serializers.CharField()
    hospital_name = serializers.CharField()


class QualificationRow(serializers.Serializer[Any]):
    """A qualification somebody claims."""

    reference = serializers.CharField()
    kind = serializers.CharField()
    evidence_note = serializers.CharField()
    state = serializers.CharField()
    expires_on = serializers.DateField(allow_null=True)
    refusal_reason = serializers.CharField(allow_blank=True)


class JurorBody(serializers.Serializer[Any]):
    """A person as a juror; nothing in it says how they voted."""

    state = serializers.CharField(allow_blank=True)
    cause = serializers.CharField(allow_blank=True)
    suspended_until = serializers.DateTimeField(allow_null=True)
    blockers = BlockerRow(many=True)
    passed_until = serializers.DateTimeField(allow_null=True)
    rolls = RollPlaceRow(many=True)
    service = ServiceRow()
    events = StandingEventRow(many=True)
    hospitals = AffiliationRow(many=True)
    qualifications = QualificationRow(many=True)


class JurorRow(serializers.Serializer[Any]):
    """A juror in the officer's list."""

    reference = serializers.CharField()
    name = serializers.CharField()
    state = serializers.CharField()
    since = serializers.DateTimeField()
    link = serializers.CharField()


class JurorRows(serializers.Serializer[Any]):
    """A page of jurors; `next` is the cursor of the following one, or empty."""

    results = JurorRow(many=True)
    next = serializers.CharField(allow_blank=True)


class AppealRow(serializers.Serializer[Any]):
    """An appeal and what became of it."""

    reference = serializers.CharField()
    juror = serializers.CharField()
    event = serializers.CharField()
    cause = serializers.CharField()
    grounds = serializers.CharField()
    filed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    outcome = serializers.CharField(allow_blank=True)
    reasons = serializers.CharField(allow_blank=True)


class AppealRows(serializers.Serializer[Any]):
    """The appeals, the first due first."""

    results = AppealRow(many=True)
