"""`python -m mlspec` is the command."""

from mlspec.cli.main import main

if __name__ == "__main__":
    main()
