"""The customer’s own pages: their case by a link, and the public form."""
