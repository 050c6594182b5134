"""``python -m twinpurify``: the console command, where its script isn't on the path."""

from twinpurify.command.main import main

if __name__ == "__main__":
    main(prog_name="twinpurify")
