"""mlspec: validate, plan, apply and compile specs of machine-learning systems.

The public Python API is `mlspec.api`; the command is `mlspec`.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
