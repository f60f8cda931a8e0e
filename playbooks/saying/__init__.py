"""How we may put things: the shape of a rule, where it looks, and what a letter must hold. Pure.

`letters` folds, `scope` leaves out what is not ours to judge, `rules` reads, `context` asks what is known of the case,
`scan` finds, `tone` listens, `must` tells what is missing and what could be better, `trial` tries a rule out.
`playbooks.wording` is the way in.
"""
