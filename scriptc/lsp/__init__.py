"""The language server: what lint finds and what the compiler infers, shown in an editor while the user types."""
