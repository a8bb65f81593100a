"""How to save: one file a family, each a short table of rows.

A row in a file that is here needs nothing else. A new file has an entry point of its own under
``[project.entry-points."savebench.serializers"]`` in ``pyproject.toml``; what it needs besides
pickle and joblib is an extra there.
"""
