"""Make ready to measure at a site: build its models, and set up a bench with a launcher."""

from collections.abc import Callable, Mapping
from pathlib import Path

from savebench.catalogue.selection import Selection
from savebench.launch.launchers import Launcher
from savebench.measuring.bench import Bench, Job
from savebench.measuring.secondlook import SecondLook
from savebench.measuring.setups import CaseSetup, shared_modules
from savebench.measuring.site import Site
from savebench.records.schema import Case, Settings
from savebench.subjects.builder import Recipe, Workshop, build_models, carriers_of
from savebench.subjects.subject import Subject


def build_subjects(  # noqa: PLR0913, PLR0917 - what is built, where, and who is told
    site: Site,
    selection: Selection,
    seed: int,
    memory_limit_bytes: int | None = None,
    built: Callable[[str], None] = lambda _: None,
    begins: Callable[[str], None] = lambda _: None,
) -> dict[str, Subject]:
    """Return the models of a selection by name, fitted by the site's libraries or from its cache.

    Parameters
    ----------
    memory_limit_bytes
        What a process that builds one may take.
    built
        Is told each name when its model is there.
    begins
        Is told the name of a large model when its build begins.
    """
    workshop = Workshop(
        seed,
        site.cache,
        site.launcher(),
        memory_limit_bytes,
        carriers_of(selection.serializers.values()),
    )
    return build_models(_recipes(selection), workshop, built, begins)


def built_models(site: Site, selection: Selection, seed: int) -> list[str]:
    """Return the models of a selection that lie in the site's cache already, by name."""
    return [
        recipe.name
        for recipe in _recipes(selection)
        if site.cache.holds(site.cache.folder_of(recipe.entry, recipe.size, seed))
    ]


def _recipes(selection: Selection) -> list[Recipe]:
    recipes = {
        case.model: Recipe(case.model, selection.workloads[case.workload], case.size)
        for case in selection.cases
    }
    return list(recipes.values())


def bench_at(  # noqa: PLR0913, PLR0917 - a site, and what it is to measure
    site: Site,
    setups: Mapping[Case, CaseSetup],
    settings: Settings,
    seed: int,
    artifacts: Path | None = None,
    launcher: Launcher | None = None,
) -> Bench:
    """Return a bench at a site; whoever opens it closes its launcher.

    `artifacts` names the folder of another bench's artifacts, where it must load those; `launcher`
    is one of the site's that was made ready before.
    """
    if launcher is None:
        launcher = site.launcher(settings.launch, shared_modules(setups.values()))
    reconsider = SecondLook(site.launcher(), site.work)
    return Bench(Job(setups, settings, seed, site.work, artifacts, reconsider), launcher)
