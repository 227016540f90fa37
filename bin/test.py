"""Run everything that has to hold: `make test`, or a part of it: `bin/test.py check|sqlite|postgresql|browser`.

What this machine lacks is named in the last lines; with CI=true it is a failure.
"""

import sys

if sys.version_info[:2] < (3, 11):
    sys.exit("Python 3.11 or newer is needed; this is %d.%d." % tuple(sys.version_info[:2]))

import os

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import testing

if __name__ == "__main__":
    testing.main(sys.argv[1:])
