"""What is asked when somebody writes a text, a rule, or takes one into their care."""
