"""Every field of every model is public, internal, confidential or identity, declared beside the model.

Public may be served to anybody once its row may; internal only to signed-in members and above;
confidential only within the row's compartment; identity could tell who a person is or who wrote a row.
"""

from enum import StrEnum


class FieldClass(StrEnum):
    """How closely a field's content is held."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    IDENTITY = "identity"


def declare(
    *bases: dict[str, FieldClass],
    public: str = "",
    internal: str = "",
    confidential: str = "",
    identity: str = "",
) -> dict[str, FieldClass]:
    """Return field name → class from names parted by spaces, on top of those of `bases`.

    Raises ValueError for a field that is named in two classes.
    """
    declared: dict[str, FieldClass] = {}
    for base in bases:
        declared.update(base)
    seen: set[str] = set()
    for names, kind in (
        (public, FieldClass.PUBLIC),
        (internal, FieldClass.INTERNAL),
        (confidential, FieldClass.CONFIDENTIAL),
        (identity, FieldClass.IDENTITY),
    ):
        for name in names.split():
            if name in seen:
                raise ValueError(f"{name} is declared in two classes")
            seen.add(name)
            declared[name] = kind
    return declared
