"""The cache of built models."""

import os
import stat
from pathlib import Path

import pytest

from savebench.catalogue.providers import load_catalogue
from savebench.errors import UsageError
from savebench.subjects.cache import BuiltModel, ModelCache

posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes of POSIX")


@posix_only
def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    """The models are pickles: who writes them can run code as you."""
    cache = ModelCache(tmp_path / "models")
    cache.prepare()
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700


@posix_only
def test_a_folder_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    """An earlier umask does not matter."""
    folder = tmp_path / "models"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    ModelCache(folder).prepare()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_refused_with_the_variable_to_set(tmp_path: Path) -> None:
    """The message says how to name another."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(UsageError, match="SAVEBENCH_CACHE_DIR"):
        ModelCache(tmp_path / "file" / "models").prepare()


def test_recipe_size_and_seed_make_the_key(tmp_path: Path) -> None:
    """Another of either is another model."""
    cache = ModelCache(tmp_path)
    rows = load_catalogue().workloads
    folders = {
        cache.folder_of(rows[name], size, seed)
        for name in ("knn-brute", "arrays")
        for size in ("1MB", "16MB")
        for seed in (0, 1)
    }
    assert len(folders) == 8
    assert cache.folder_of(rows["arrays"], "1MB", 0) in folders


def test_a_model_is_found_once_it_is_complete(tmp_path: Path) -> None:
    """A draft is none."""
    cache = ModelCache(tmp_path / "models")
    cache.prepare()
    final = cache.folder / "model"
    draft = cache.new_folder(final)
    assert cache.find(final) is None
    built = BuiltModel(model_bytes=1, array_bytes=2, array_count=3, build_s=4.0)
    cache.keep(draft, final, built)
    assert cache.find(final) == built
    assert not draft.exists()


def test_a_model_whose_files_are_not_as_large_as_they_were_is_built_anew(tmp_path: Path) -> None:
    """A disk was full, or mended, meanwhile; half a model would fail every serializer."""
    cache = ModelCache(tmp_path / "models")
    cache.prepare()
    final = cache.folder / "model"
    draft = cache.new_folder(final)
    (draft / "model.pickle").write_bytes(b"whole")
    cache.keep(draft, final, BuiltModel(build_s=1.0))
    assert cache.find(final) is not None

    (final / "model.pickle").write_bytes(b"ha")

    assert cache.find(final) is None
    assert not final.exists()
