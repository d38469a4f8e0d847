"""Layouts of recording folders, one a file: each has ``fits`` and ``read``, which ``registry`` lists."""
