"""Why a package is refused."""


class PackageError(Exception):
    """A package that cannot be written or read; its text tells the operator why. Nothing was written."""
