"""Dates as people write them, in English and Chinese. Pure. A text goes through these, in this order:

`words` (what each spelling means) → `tokens` (where they stand in a text) → `days`, `hours`, `lengths` (one piece of a
date, by the rules of `reader`) → `phrases` (several pieces, with what leads and follows) → `said` (what was meant, not
yet with a calendar) → `due` (when that is, and the conventions behind it).
"""
