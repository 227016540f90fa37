"""Citations of what the record holds: one item, told in five styles, three formats and as metadata. Pure."""
