"""Take a list of people in."""

from visits.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Take a list of people in: CSV, XLSX or JSON lines. All rows or none, or with --errors the good ones."
    kind_name = "people"
