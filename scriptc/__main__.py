"""`python -m scriptc`."""

from scriptc.cli import main

if __name__ == "__main__":
    main()
