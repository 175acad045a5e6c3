import sys

from pennybook.cli import main

sys.exit(main(sys.argv[1:]))
