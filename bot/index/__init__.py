"""The index: one file for each knowledge folder, of every size, and what reads it; the Retriever protocol and rank-bm25 behind it."""
