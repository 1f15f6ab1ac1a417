"""`python -m bench [--only NAME] [--scale N]`: runs the measures and writes bench.json."""

import argparse
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from bench.runner import run


def main() -> int:
    """Run the measures asked for; the exit status says whether every goal was met."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--only", default=os.environ.get("ONLY", ""), help="one measure's name")
    parser.add_argument(
        "--scale",
        type=int,
        choices=(1, 10, 100),
        default=int(os.environ.get("SCALE") or 1),
        help="how large the measured world is",
    )
    given = parser.parse_args()
    return run(only=given.only, scale=given.scale)


if __name__ == "__main__":
    sys.exit(main())
