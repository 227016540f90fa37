"""Take a list of mandates in."""

from visits.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Take a list of mandates in: CSV, XLSX or JSON lines. All rows or none, or with --errors the good ones."
    kind_name = "mandates"
