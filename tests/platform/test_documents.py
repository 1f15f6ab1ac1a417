"""The documents' own checks find what they should."""

from django.conf import settings
from django.core.management import call_command

from config.management.commands.check_docs import document_problems


def test_the_documents_are_sound():
    assert document_problems(settings.BASE_DIR) == []


def test_the_state_drawings_are_fresh():
    call_command("draw_states", "--check")


def test_a_dead_link_an_open_fence_and_a_number_used_twice_are_found(tmp_path):
    (tmp_path / "docs" / "adr").mkdir(parents=True)
    (tmp_path / "README.md").write_text("# A\n[b](docs/none.md)\n```bash\n")
    (tmp_path / "docs" / "adr" / "0001-a.md").write_text("# 1\n")
    (tmp_path / "docs" / "adr" / "0001-b.md").write_text("# 1\n")
    assert len(document_problems(tmp_path)) == 3
