"""The answer of a run in five sentences: joblib or pickle, the fastest, and what to use."""

from savebench.report.run.advice import recommendation_sentence
from savebench.report.words import listed, span
from savebench.stats import FEWEST_FOR_INTERVAL
from savebench.summary.answer import Answer, Compression, Fastest, Joblib, Mapped, Price
from savebench.summary.evidence import Against
from savebench.units import aligned_ratio, counted


def answer_sentences(answer: Answer) -> list[str]:
    """Return five sentences: joblib or pickle, the fastest, compression, mapping, the default.

    What was not measured is said to be so.
    """
    return [
        _joblib_or_pickle(answer.joblib),
        _fastest(answer.fastest),
        _compression(answer.compression),
        _mapping(answer.mapped),
        recommendation_sentence(answer.recommendation),
    ]


def _joblib_or_pickle(joblib: Joblib) -> str:
    load, dump = joblib.load, joblib.dump
    if not joblib.is_pickle_timed:
        return "Pickle gave no time to load and use a model here, so nothing can be set against it."
    if not load:
        return "Plain joblib was not measured beside pickle here, so the two cannot be compared."
    saving = f", and {aligned_ratio(dump.mean)} to dump" if dump else ""
    return (
        f"Plain joblib takes {aligned_ratio(load.mean)} pickle's time to load and predict{saving} "
        f"(geometric mean over {counted(load.models, 'model')}; load + predict {_counts(load)})."
    )


def _fastest(fastest: Fastest | None) -> str:
    if fastest is None:
        return "No round trip gave a time to load and predict, so none can be called the fastest."
    if not fastest.best:
        return _too_few(fastest)
    among = ", among round trips" if fastest.is_beaten else ""
    sharing = ""
    if len(fastest.best) == 1 and fastest.shared:
        sharing = f", {fastest.shared} of them shared with rows that cannot be told apart from it"
    each = " each" if len(fastest.best) > 1 else ""
    return (
        f"Fastest to load and predict{among}: {listed(fastest.best)}, first{each} in "
        f"{fastest.firsts} of {counted(fastest.models, 'model')}{sharing} ({_rounds(fastest)})."
    )


def _too_few(fastest: Fastest) -> str:
    """Return why no row is called the fastest, and who is ahead all the same."""
    of = f"{fastest.ahead_on} of {counted(fastest.models, 'model')}"
    return (
        f"None can be called the fastest to load and predict: {_rounds(fastest)}, and an interval "
        f"takes {FEWEST_FOR_INTERVAL}; by the medians alone {listed(fastest.ahead)} "
        f"{'is' if len(fastest.ahead) == 1 else 'are each'} ahead on {of}."
    )


def _rounds(fastest: Fastest) -> str:
    rounds = fastest.rounds
    few = min(rounds) < FEWEST_FOR_INTERVAL <= max(rounds)
    rest = f"; fewer than {FEWEST_FOR_INTERVAL} count for nothing here" if few else ""
    return f"n = {span(rounds)} round{'' if rounds == {1} else 's'} a row{rest}"


def _compression(found: Compression | None) -> str:
    if found is None:
        return "No compressed row was measured beside pickle here, so its price is not known."
    smallest = found.smallest
    if smallest.size.mean >= 1:
        return (
            "Compression makes no file smaller than pickle's here; the least, "
            f"{smallest.name}: {_price(smallest)} (geometric means against pickle)."
        )
    among = "" if found.is_complete else ", among rows that managed as many models,"
    text = f"The smallest files{among} come from {smallest.name}: {_price(smallest)}"
    if found.quickest:
        name = found.quickest.name
        text += f"; the compressed row of the least time is {name}: {_price(found.quickest)}"
    return f"{text} (geometric means against pickle)."


def _price(price: Price) -> str:
    parts = [
        f"{aligned_ratio(found.mean)} the {what}"
        for found, what in (
            (price.size, "size"),
            (price.load_predict, "load + predict time"),
            (price.dump, "dump time"),
        )
        if found
    ]
    return f"{listed(parts)} over {counted(price.size.models, 'model')}"


def _mapping(found: Mapped | None) -> str:
    if found is None:
        return "No memory-mapped load was measured beside pickle here."
    before = ""
    if found.load:
        before = f"the load alone takes {aligned_ratio(found.load.mean)} pickle's time, "
    whole = found.load_predict
    return (
        f"Memory mapping ({found.name}) leaves work to the first call: {before}load + predict "
        f"{aligned_ratio(whole.mean)} ({_counts(whole)}), and the file must stay where it is, "
        "unchanged."
    )


def _counts(against: Against) -> str:
    parts = [
        f"{word} on {count}"
        for word, count in (
            ("faster", against.less),
            ("slower", against.more),
            ("no clear difference", against.same),
            ("too few rounds to tell", against.unknown),
        )
        if count
    ]
    return ", ".join(parts)
