#!/usr/bin/env python3
"""Start Vis-à-vis: `python3 bin/start.py [--sample] [--no-venv] [--tied]`. `make run` calls it.

This file is written so that any Python 3 can read it far enough to say that it is too old.
"""

import sys

NEEDED = (3, 11)
if sys.version_info[:2] < NEEDED:
    sys.exit("Python 3.11 or newer is needed; this is %d.%d." % tuple(sys.version_info[:2]))

import os  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import startup  # noqa: E402

if __name__ == "__main__":
    startup.main(sys.argv[1:])
