"""Intake: from a file, a paste or an address to text in paragraphs, and what is suggested about it. Pure.

`extraction.extract` is the door. `kinds` tells what a file is by its content; `pages`, `pdf`, `word` and `mail` read
one kind each, `decoding` plain text; `paragraphs` puts every text into its one form; `guesses` suggests what a text
says of itself. `failures` are the refusals, `fetching` asks the one server that an editor names, where the operator
allows it.
"""
