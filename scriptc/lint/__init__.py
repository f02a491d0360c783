"""What will not compile, told without running any of the user's code."""
