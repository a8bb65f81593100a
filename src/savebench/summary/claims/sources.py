"""Where the sentences are said: documentation, questions and answers, issues."""

from savebench.summary.claims.claim import Source

JOBLIB = Source("joblib: Persistence", "https://joblib.readthedocs.io/en/stable/persistence.html")
JOBLIB_ADVANTAGES = Source(
    "joblib issue 383: document advantages of joblib.dump over pickle.dump",
    "https://github.com/joblib/joblib/issues/383",
)
JOBLIB_LOAD = Source(
    "joblib.load: mmap_mode has no effect for compressed files",
    "https://joblib.readthedocs.io/en/stable/generated/joblib.load.html",
)
JOBLIB_COMPRESSORS = Source(
    "joblib: Improving I/O using compressors",
    "https://joblib.readthedocs.io/en/stable/auto_examples/compressors_comparison.html",
)
JOBLIB_SLOW = Source(
    "joblib issue 467: significantly slower than simple pickle",
    "https://github.com/joblib/joblib/issues/467",
)
JOBLIB_MEMORY = Source(
    "joblib issue 871: loaded model using 4 times its weight in memory",
    "https://github.com/joblib/joblib/issues/871",
)
JOBLIB_DUMP_MEMORY = Source(
    "joblib issue 51: memory usage by dump jumps to 3 times the object",
    "https://github.com/joblib/joblib/issues/51",
)
JOBLIB_BYTES = Source(
    "joblib issue 1197: different dump save bytes", "https://github.com/joblib/joblib/issues/1197"
)
SKLEARN = Source(
    "scikit-learn: Model persistence", "https://scikit-learn.org/stable/model_persistence.html"
)
SKLEARN_OLD = Source(
    "scikit-learn 0.19: Model persistence",
    "https://scikit-learn.org/0.19/modules/model_persistence.html",
)
STACK_OVERFLOW = Source(
    "Stack Overflow: What are the different use cases of joblib versus pickle?",
    "https://stackoverflow.com/questions/12615525",
)
PEP_574 = Source("PEP 574: Pickle protocol 5", "https://peps.python.org/pep-0574/")
PYTHON_PICKLE = Source(
    "Python: Data stream format of pickle",
    "https://docs.python.org/3/library/pickle.html#data-stream-format",
)
HIGHEST_PROTOCOL = Source(
    "PyTutorial: pickle.HIGHEST_PROTOCOL",
    "https://pytutorial.com/python-picklehighest_protocol-optimize-serialization-speed",
)
PICKLE_COPIES = Source(
    "CPython issue 76174: pickle.dump allocates unnecessary temporary bytes",
    "https://github.com/python/cpython/issues/76174",
)
DILL_SLOW = Source(
    "dill issue 149: speed issues vs cPickle", "https://github.com/uqfoundation/dill/issues/149"
)
ONNX_CONVERTERS = Source("ONNX: Converters", "https://onnx.ai/onnx/intro/converters.html")
ONNX_FLOAT = Source(
    "sklearn-onnx: Issues when switching to float",
    "https://onnx.ai/sklearn-onnx/auto_tutorial/plot_ebegin_float_double.html",
)
ONNX_SLOW_LOAD = Source(
    "onnxruntime issue 16511: a large tree ensemble takes too long to be loaded (the contrary)",
    "https://github.com/microsoft/onnxruntime/issues/16511",
)
ZSTD = Source("Zstandard: README", "https://github.com/facebook/zstd#readme")
LSTCHAIN = Source(
    "cta-lstchain pull request 947: set joblib compress to 3",
    "https://github.com/cta-observatory/cta-lstchain/pull/947",
)
QUANTCO = Source(
    "QuantCo: Optimize pickling disk space for trees",
    "https://tech.quantco.com/blog/dtype-reduction-sklearn",
)
RANDOM_FOREST_MEMORY = Source(
    "Stack Overflow: Why is scikit-learn's random forest using so much memory?",
    "https://stackoverflow.com/questions/20413392",
)
