"""Take a list of visits in."""

from visits.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Take a list of visits in: CSV, XLSX or JSON lines. All rows or none, or with --errors the good ones."
    kind_name = "visits"
