"""A briefing: what the record holds about a visit, a country, a topic or a comparison, on paper.

`options` says what was asked for, `subjects` and `reading` read what the reader may see, `build` makes one description
of it (`tree`, pure) out of `board`, `chapters` and `notes`, and writers print that: `web` (HTML, of which `pdf` is
made) and `word`. `answers` keeps, bounds and sends them.
"""
