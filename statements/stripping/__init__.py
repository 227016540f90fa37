"""Copies of files for everybody: of checked type, without what tells who made them and when, and without scripts. Pure.

`copies.copy_of` is the door; `pdf`, `word`, `pages` and `pictures` know one kind each. The original is never changed.
"""
