"""Passes, Program → Program: one file each; `pipeline` is the list of them."""
