"""What in a model stands in the way of saving it: where it is, what it is, what to do about it.

One explainer for every place where saving fails: a trial's process, the build of a model, a test.
"""
