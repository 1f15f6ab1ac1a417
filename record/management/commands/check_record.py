"""`manage.py check_record`: recompute the whole record from its rows and name what is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from record.checking import RecordCheck

SHOWN_AT_MOST = 1000


class Command(BaseCommand):
    """Read everything once, in constant memory; fails where anything does not hold."""

    help = "Recompute entries, leaves, nodes, checkpoints, cosignatures and the audit's chain."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print progress by tenths, each fault on a line, and the counts."""
        told = [0]

        def tell(done: int, of: int) -> None:
            tenth = done * 10 // of
            if options["verbosity"] > 0 and tenth > told[0]:
                told[0] = tenth
                self.stderr.write(f"{done} of {of} entries")

        check = RecordCheck()
        count = 0
        for fault in check.faults(tell):
            count += 1
            if count <= SHOWN_AT_MOST:
                self.stdout.write(fault)
        seen = check.checked
        self.stdout.write(
            f"{seen.entries} entries, {seen.nodes} nodes, {seen.checkpoints} checkpoints, "
            f"{seen.cosignatures} cosignatures, {count} faults"
        )
        if count:
            raise CommandError("The record does not hold.")
