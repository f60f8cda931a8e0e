"""Every change to a complaint: one verb a function, one transaction each. No interface writes."""
