"""A worker ends when the server that started it is gone, however it went: nothing is left holding the port."""

from __future__ import annotations

import os
import threading
import time

CHECK_SECONDS = 0.5


def end_with_parent() -> None:
    """Watch the parent process from a thread of this worker."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(CHECK_SECONDS)
        os._exit(0)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
