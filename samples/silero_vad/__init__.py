"""Voice activity detection with Silero VAD, its network written in NumPy and compiled by scriptc."""
