"""`python -m loomwork`."""

from loomwork.cli import main

if __name__ == "__main__":
    main()
