"""Capture: from the text of a source to suggested quotations. Pure: text in, suggestions out.

The seams, in the order in which a text passes them:
`marks` pairs quotation marks, `structure` cuts the text into paragraphs, tokens and sentences,
`grammar` finds noun phrases on strings of word classes, `mentions` reads a noun phrase as a speaker,
`people` keeps who is named in the article, `speakers` resolves a mention to the fullest name,
`cues` finds the words of speech and `contents` what they hand over; `quotations` puts it together.
All words of a language stand in `languages/*.toml`.
"""
