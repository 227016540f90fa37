#!/usr/bin/env python
"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.logs import keep_contents_out_of_faults

    keep_contents_out_of_faults()
    execute_from_command_line(sys.argv)
