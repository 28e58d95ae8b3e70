"""``python -m curtilage.web.trial``: the process in which rules are tried."""

from curtilage.kernels import keep_kernels_apart


def main() -> None:
    """Name the folder of kernels before anything brings Numba in."""
    keep_kernels_apart()
    from curtilage.web.trial.worker import serve

    serve()


if __name__ == "__main__":
    main()
