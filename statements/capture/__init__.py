"""Capture: from the text of a source to suggested quotations. Pure: text in, suggestions out.

The seams, in the order in which a text passes them: `marks` pairs quotation marks; `structure` cuts the text into
paragraphs, tokens and sentences; `language` gives each word a class, by the lists in `languages/*.toml`; `grammar`
finds noun phrases on strings of classes; `naming` and `mentions` read one as somebody; `people` keeps who is named
in the article and `speakers` resolves a mention to the fullest name; `cues` finds the words of speech, `clauses` and
`contents` what they hand over; `drafts`, `according`, `unspoken` and `article` are the pass over the sentences;
`quotations` is the door. `matching` finds the known person for a printed name.
"""
