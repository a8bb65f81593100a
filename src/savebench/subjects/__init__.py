"""The model that is being saved: built, kept in the cache with its answers, or found wanting.

A `Subject` has a name, the method that answers, the modules its processes import, a folder with the
model, a probe and the model's own answers, and facts: how large it is, what carries it, whether it
answers alike every time. A recipe builds one (`builder`), somebody hands one over as an object
(`handed`), or names it as a file. Before any serializer is judged, fresh processes load the model
and ask it, so that what varies by itself is never laid at a serializer's door (`steadiness`).
"""
