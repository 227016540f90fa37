"""Run a management command with the environment and secret key of `make run`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import environment
import startup

ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    try:
        python = environment.ensure(ROOT, "run")
    except environment.Missing as error:
        sys.exit(str(error))
    os.chdir(ROOT)
    data = startup.data_folder()
    startup.keep_private(data)
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = startup.secret_key(data)
    os.execv(str(python), [str(python), "manage.py", *sys.argv[1:]])  # noqa: S606 - our own interpreter, no shell
