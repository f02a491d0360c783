"""Where programs go: each target turns a `Program` into something that runs."""
