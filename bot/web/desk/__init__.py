"""The editor's desk: what people said of answers, and what an editor makes of it. Open only where it is asked for, behind a lock."""
