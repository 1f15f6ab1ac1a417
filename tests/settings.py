"""The product's settings in test mode, with a data home of the tests' own."""

import os
from pathlib import Path

os.environ["GONGDAO_MODE"] = "test"
if "GONGDAO_TEST_HOME" not in os.environ:
    given = os.environ.get("GONGDAO_HOME") or Path(__file__).resolve().parents[1] / "var"
    os.environ["GONGDAO_TEST_HOME"] = str(Path(given) / "test")
os.environ["GONGDAO_HOME"] = os.environ["GONGDAO_TEST_HOME"]

from core.catalogues import compile_catalogues

# Before Django starts, which reads them at once.
compile_catalogues()

from config.settings import *  # noqa: E402, F403 - everything, once the environment is set
