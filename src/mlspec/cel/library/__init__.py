"""Functions of the language, a module for each library: tables of declarations.

A key declares the types, the value is the Python function. Those functions get values of just
these types, raise `EvaluationError` (or `ValueError`, `OverflowError`) for values without a
result, and take steps from the budget of the call (`charge`) before they make anything larger
than what they were given.
"""
