"""alignment backup and restore: everything of an installation in one private file."""
