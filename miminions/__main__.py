"""`python -m miminions`."""

from miminions.cli import main

if __name__ == "__main__":
    main()
