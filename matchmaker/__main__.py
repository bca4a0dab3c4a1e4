"""Lets ``python -m matchmaker`` do what ``matchmaker`` does."""

from matchmaker.cli import main

if __name__ == "__main__":
    main(prog_name="matchmaker")
