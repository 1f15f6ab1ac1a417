"""django-fsm-2 as it really behaves: each line of ADR 4, so that an upgrade cannot surprise."""

import threading
from collections.abc import Iterator

import django_fsm
import pytest
from django.apps.registry import Apps
from django.db import connection, models
from django_fsm import FSMField, FSMModelMixin, TransitionNotAllowed, can_proceed, transition

seen: list[object] = []


def never(instance: models.Model) -> bool:
    seen.append(instance)
    return False


class Pinned(FSMModelMixin, models.Model):
    """A machine of its own, outside the product's registry."""

    state = FSMField(default="open", protected=True)

    class Meta:
        apps = Apps()
        app_label = "pinned"
        db_table = "pinned"

    @transition(field=state, source="open", target="closed")
    def close(self) -> str:
        return self.state

    @transition(field=state, source="open", target="closed")
    def fail(self) -> None:
        raise ZeroDivisionError

    @transition(field=state, source="open", target="closed", conditions=[never])
    def close_never(self, *, actor: str) -> None:
        """Refused by its condition, which never hears of the actor."""

    @transition(field=state, source="closed", target="open")
    def reopen(self) -> None:
        """Back."""


@pytest.fixture
def table(owner_connection) -> Iterator[None]:
    with owner_connection.cursor() as cursor:
        cursor.execute("CREATE TABLE pinned (id bigserial PRIMARY KEY, state varchar(50))")
        cursor.execute("GRANT UPDATE, DELETE ON pinned TO gongdao_app")
        owner_connection.commit()
        yield
        connection.close()
        cursor.execute("DROP TABLE pinned")
        owner_connection.commit()


def test_this_is_the_maintained_successor():
    assert hasattr(django_fsm, "FSMModelMixin")


def test_the_body_sees_the_old_state():
    row = Pinned()
    assert row.close() == "open"
    assert row.state == "closed"


def test_a_body_that_raises_leaves_the_old_state():
    row = Pinned()
    with pytest.raises(ZeroDivisionError):
        row.fail()
    assert row.state == "open"


def test_a_step_outside_the_graph_is_refused_and_changes_nothing():
    row = Pinned()
    with pytest.raises(TransitionNotAllowed):
        row.reopen()
    assert row.state == "open"
    assert not can_proceed(row.reopen)


def test_conditions_get_only_the_instance():
    row = Pinned()
    seen.clear()
    with pytest.raises(TransitionNotAllowed):
        row.close_never(actor="somebody")
    assert seen == [row]


def test_assigning_a_protected_state_is_refused():
    row = Pinned()
    with pytest.raises(AttributeError):
        row.state = "closed"
    assert row.state == "open"


def test_a_transition_saves_nothing(table):
    row = Pinned.objects.create()
    row.close()
    assert Pinned.objects.get().state == "open"


def test_update_bypasses_the_protection(table):
    row = Pinned.objects.create()
    Pinned.objects.filter(pk=row.pk).update(state="anything")
    assert Pinned.objects.get().state == "anything"


def test_two_instances_of_a_row_both_pass_without_a_lock(table):
    row = Pinned.objects.create()
    first, second = Pinned.objects.get(pk=row.pk), Pinned.objects.get(pk=row.pk)
    first.close()
    first.save()
    second.close()
    second.save()
    assert Pinned.objects.get().state == "closed"


def test_refreshing_takes_the_protection_away_from_the_whole_class_meanwhile(table, monkeypatch):
    row = Pinned.objects.create()
    inside, go_on = threading.Event(), threading.Event()
    plain = models.Model.refresh_from_db

    def slow(self: models.Model, *args: object, **kwargs: object) -> None:
        inside.set()
        assert go_on.wait(timeout=10)
        plain(self, *args, **kwargs)

    monkeypatch.setattr(models.Model, "refresh_from_db", slow)

    def refresh() -> None:
        try:
            row.refresh_from_db()
        finally:
            connection.close()

    thread = threading.Thread(target=refresh)
    thread.start()
    assert inside.wait(timeout=10)
    other = Pinned()
    other.state = "anything"  # refused at any other time: see above
    go_on.set()
    thread.join()
    assert other.state == "anything"
    with pytest.raises(AttributeError):
        other.state = "open"


def test_reading_again_under_the_lock_keeps_the_protection(table):
    from django.db import transaction

    Pinned.objects.create()
    with transaction.atomic():
        row = Pinned.objects.select_for_update().get()
        row.close()
        row.save()
        with pytest.raises(AttributeError):
            row.state = "open"
    assert Pinned.objects.get().state == "closed"
