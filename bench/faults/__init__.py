"""The ledger proof: what was answered is noted outside the system, everything is broken at random, then compared.

``ledger`` the notebook · ``client`` who uses the desk and notes · ``place`` the installation and who restarts it ·
``breaking`` what is done to it · ``watch`` how long it takes to get on · ``sink`` the mail that arrived · ``examine``
what the database says · ``figures`` counts, bounds, sums (pure) · ``leg`` one run · ``proof`` all runs at one commit.
"""
