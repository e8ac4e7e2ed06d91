"""Finding passages: the Retriever protocol and the engines behind it."""
