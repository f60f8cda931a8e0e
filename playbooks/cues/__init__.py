"""The reading of a customer's words for cues: what `playbooks.matching` is made of. Pure.

`language` turns a cue as people write it into an RE2 pattern, `table` holds all of them, `reading` is a text prepared
for them, `evidence` finds and weighs what fires.
"""
