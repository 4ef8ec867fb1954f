"""What leaves Concord: one report as words for a terminal, as data, as a sheet.

Every output takes the same ``Report`` as the pages, and adds no figure of its own.
"""
