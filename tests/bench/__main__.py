"""Print every figure against its floor; end with 1 where one is past its limit."""

from __future__ import annotations

import sys

from tests.bench import audit_log, capture, exporting, importing, peer, table


def main() -> int:
    """Run the benchmarks one after the other."""
    failed = 0
    for figure in capture.figures():
        print(figure.line(), flush=True)
        failed += not figure.holds
    failed += table.show()
    failed += exporting.show()
    failed += importing.show()
    failed += audit_log.show()
    failed += peer.show()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
