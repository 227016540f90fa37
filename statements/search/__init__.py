"""Search over words: one analyser for both databases, and for what people type.

`scripts` and `analyser` turn a text into terms with places, `query` turns what a person types into conditions on
terms, `marking` finds them in a text again. These know no database. `matching` asks PostgreSQL or SQLite for them,
`index` keeps what is stored in step, `finding` is what pages call.
"""
