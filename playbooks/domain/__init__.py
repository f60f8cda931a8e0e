"""What the texts we know are made of. Pure."""
