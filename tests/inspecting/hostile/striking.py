"""Victims: each loads one hostile file as a careless person would, in a fork of this process.

``python -m tests.inspecting.hostile.striking < lines`` reads JSON (loader, path) a line and prints
nothing; the files leave their markers. Every payload only makes an empty file.
"""

import json
import os
import pickle
import resource
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import sklearn.dummy
import sklearn.svm

LOADED = (pd, sklearn.dummy, sklearn.svm)
"""They are imported once, before the forks."""


def load(loader: str, path: Path) -> None:
    """Load a file, every pickle in it."""
    if loader == "joblib":
        joblib.load(path)
    elif loader == "numpy":
        loaded = np.load(path, allow_pickle=True)
        for name in getattr(loaded, "files", ()):
            loaded[name]
    else:
        with path.open("rb") as stream:
            while byte := stream.read(1):
                if byte != b"\n":
                    stream.seek(-1, os.SEEK_CUR)
                    pickle.load(stream)


def strike(loader: str, path: Path) -> None:
    """Load in a fork, which ends however it ends, and soon."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.chdir(path.parent)
        resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        load(loader, path)
    finally:
        os._exit(0)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        strike(json.loads(line)[0], Path(json.loads(line)[1]))
