"""mlspec: validate, plan, apply and compile specs of machine-learning systems."""
