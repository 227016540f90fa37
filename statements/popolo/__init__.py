"""People, organisations, memberships, posts, events and speeches in the words of Popolo (popoloproject.com)."""
