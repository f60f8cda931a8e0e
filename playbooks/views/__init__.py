"""The pages of what we know: reading it, and for administrators changing it."""
