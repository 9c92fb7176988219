import contextlib


@contextlib.contextmanager
def held(path, on_wait):
    import fcntl
    import time

    with open(path, "a") as f:
        waited = False
        while True:
            try:
                fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if not waited:
                    on_wait()
                    waited = True
                time.sleep(0.2)
        yield
