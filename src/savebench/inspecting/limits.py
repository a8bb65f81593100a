"""How far a reader of foreign files goes before it gives up: sizes, depths and counts."""

HEAD_BYTES = 1 << 16
"""So much of the unpacked bytes is looked at to tell what a file is."""
CHUNK_BYTES = 1 << 20
"""So much is unpacked at a time."""
LAYERS = 4
"""Compression within compression, the outermost counted."""
LZMA_BYTES = 150_000_000
"""What unpacking xz and lzma may take in memory (level 9 takes 65 MB)."""
ZSTD_BYTES = 1 << 27
"""The largest window of zstd that is taken: that of its long mode."""
UNPACKED_BYTES = 1 << 38
"""No layer of a file may unpack to more (256 GiB)."""
FREE_BYTES = 1 << 28
"""Up to here (256 MiB) nobody asks how well a file is compressed."""
RATIO = 200
"""Beyond that, a file that unpacks to more than so many times its size is a bomb."""
SPOOLED_BYTES = 1 << 32
"""A compressed file that needs random access is unpacked to a temporary file up to here (4 GiB)."""
FREE_OPCODES = 10_000_000
"""Up to here (about five seconds) nobody asks how well a pickle is compressed."""
OPCODES_A_BYTE = 8
"""Beyond that, a compressed pickle of more opcodes for each of its bytes is a bomb."""
NESTED = 16
"""Pickles within arrays within pickles."""
LINE_BYTES = 1 << 24
"""A line of protocol 0: a number, a name or a text."""
KEPT_BYTES = 4096
"""A text or bytes up to here is known by its content, beyond by its length and hash."""
STACKED = 1 << 21
"""Values on the stack of a pickle, and marks."""
MEMO_ENTRIES = 1 << 24
ROOM_BYTES = 200_000_000
"""What values may take in memory; after that, the tree is told in less detail."""
NAMES = 5_000
"""Different names that are listed one by one."""
PARTS = 20_000
"""Parts of the tree that is made of a file."""
SIBLINGS = 12
"""So many siblings are shown one by one before the small or alike among them are grouped."""
SAMPLE_BYTES = 1 << 20
SAMPLED_BYTES = 64 << 20
"""All samples together; after that, smaller ones are taken."""
LARGE_ARRAY_BYTES = 1 << 16
"""Arrays from here on are sampled and compared."""
COMPARED_BYTES = 1 << 32
"""Arrays beyond that (4 GiB) are not hashed: it would take longer than reading them."""
