"""Promises in what we write: who will do what, by the dates that `playbooks.dates` finds. Pure. A text goes through:

`quotes` (whose words are not ours) → `sentences` (where a sentence begins and ends, and whether it asks) → `english` or
`chinese` (which deed a date belongs to, and whether it is promised) → `deeds` (what sort of deed it is).
"""
