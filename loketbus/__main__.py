"""`python -m loketbus`: the same as the command `loketbus`."""

from loketbus.cli import main

main()
