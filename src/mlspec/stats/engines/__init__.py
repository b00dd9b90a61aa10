"""Engines: the few numbers that profiles need, from columns in memory or far beyond it.

Every engine gives the same numbers: order statistics are exact, counts are counts, and nothing is
approximated. numpy holds the columns in memory, DuckDB reads files out of core, Spark runs where
the tables are. DuckDB and Spark are extras, imported when a table is opened.
"""
