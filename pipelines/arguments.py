from types import SimpleNamespace


def parse(argv, lang="vi"):
    return SimpleNamespace(command=argv[0], as_of=None, lang="vi", rest=[], port=0, no_browser=True)
