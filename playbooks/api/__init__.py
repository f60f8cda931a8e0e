"""The three checks for programs: wording, promises, patterns. They read, and keep nothing of what is sent."""
