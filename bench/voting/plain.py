"""The plain way: a Django project as one would start it, with a session in the database.

`startproject`'s own middleware, the session's row, the user's row, a form, the seat with its
hearing, an atomic INSERT and a redirect to the receipt. No sealing, no audit, no message.
"""

import hashlib
import os
from typing import Any

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        SECRET_KEY=os.environ["GONGDAO_BENCH_SECRET"],
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": os.environ["GONGDAO_BENCH_DATABASE"],
                "USER": os.environ["GONGDAO_BENCH_USER"],
                "HOST": os.environ["GONGDAO_BENCH_HOST"],
                "PORT": os.environ["GONGDAO_BENCH_PORT"],
                "CONN_MAX_AGE": None,
                "OPTIONS": {
                    "passfile": os.environ["GONGDAO_BENCH_PASSFILE"],
                    "options": "-c search_path=plain",
                },
            }
        },
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
    )
    django.setup()

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.wsgi import get_wsgi_application
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST


class Hearing(models.Model):
    """A hearing."""

    reference = models.CharField(max_length=16, unique=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        app_label = "plain"

    def __str__(self) -> str:
        return self.reference


class Seat(models.Model):
    """A juror's seat."""

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT)

    class Meta:
        app_label = "plain"
        constraints = [models.UniqueConstraint(fields=["hearing", "user"], name="plain_seat_once")]

    def __str__(self) -> str:
        return str(self.pk)


class Ballot(models.Model):
    """A ballot, for all to read who can read the database."""

    seat = models.OneToOneField(Seat, on_delete=models.PROTECT)
    vote = models.CharField(max_length=8)
    answers = models.JSONField(default=dict)
    reason = models.TextField()
    receipt = models.CharField(max_length=64)
    cast_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "plain"

    def __str__(self) -> str:
        return self.receipt


class BallotForm(forms.Form):
    """What a juror sends."""

    vote = forms.ChoiceField(choices=[("pay", "pay"), ("deny", "deny")])
    answers = forms.JSONField()
    reason = forms.CharField(max_length=1000)


@login_required
@require_POST
def cast(request: HttpRequest, reference: str) -> HttpResponse:
    """Cast a ballot."""
    seats = Seat.objects.select_related("hearing")
    seat = get_object_or_404(seats, hearing__reference=reference, user=request.user)
    now = timezone.now()
    if not seat.hearing.opens_at <= now < seat.hearing.closes_at:
        return HttpResponse("closed", status=409)
    form = BallotForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_json(), status=422)
    said: dict[str, Any] = form.cleaned_data
    receipt = hashlib.sha256(f"{seat.pk}{said}{os.urandom(16).hex()}".encode()).hexdigest()
    with transaction.atomic():
        Ballot.objects.create(seat=seat, receipt=receipt, **said)
    return HttpResponseRedirect(f"/hearings/{reference}/receipt/")


urlpatterns = [path("hearings/<str:reference>/ballot/", cast)]
application = get_wsgi_application()
