"""``python -m lantian.cli`` is the command ``lantian``."""

from lantian.cli.main import main

main()
