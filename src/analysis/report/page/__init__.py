"""The site: board, pages and what they show."""
