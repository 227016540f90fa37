"""The whole record as a Frictionless Data Package: written, checked and read back."""
