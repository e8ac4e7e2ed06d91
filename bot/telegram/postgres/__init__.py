"""State that several replicas of a bot share in PostgreSQL. Nothing of it is imported unless BOT_STATE_URL asks for it."""
