"""Pure: what a complaint is and what it needs. No database, no clock."""
