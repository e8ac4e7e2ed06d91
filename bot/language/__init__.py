"""Dutch: tokens, stems, compounds, spelling and the lexicon. Knows nothing of documents or of Telegram."""
