"""What `tools/checks` is made of: the checks in the code, the tests run without one, the table."""
