"""Documents, sections and passages: what can be quoted, and where it stands."""
