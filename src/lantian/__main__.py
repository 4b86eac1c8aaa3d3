"""``python -m lantian`` is the command ``lantian``."""

from lantian.cli.main import main

main()
