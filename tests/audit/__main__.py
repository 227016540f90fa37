"""Print the table of figures out of the file that the tests of a run left: `python -m tests.audit`."""

import os
import sys
from pathlib import Path

from tests.audit.figures import FILE, declared, is_long, table

path = Path(os.environ[FILE])
text, short = table(declared().values(), path.read_text().splitlines() if path.exists() else [], long=is_long())
print(text)
print(f"\n{short} short of what is wanted." if short else "\nEverything is reached.")
sys.exit(1 if short else 0)
