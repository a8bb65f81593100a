"""The model that is being saved: built, kept in the cache with its answers, or found wanting."""
