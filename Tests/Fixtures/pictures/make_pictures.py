"""Writes the PNG files of this folder, byte by byte, so that every colour type, depth and interlacing is there.

The value of channel c of the pixel at (x, y) is (37x + 101y + 59c) mod (maximum + 1), 97 times as much for 16 bits; for palettes the index is, with entry i being
(i, 255 − i, 3i mod 256). Run in this folder: python3 make_pictures.py
"""

import struct
import zlib

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def value(x, y, c, depth):
    return (37 * x + 101 * y + 59 * c) * (97 if depth == 16 else 1) % (1 << depth)


def row(xs, y, kind, depth):
    bits = "".join(format(value(x, y, c, depth), f"0{depth}b") for x in xs for c in range(CHANNELS[kind]))
    bits += "0" * (-len(bits) % 8)
    return bytes([0]) + bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def picture(name, width, height, kind, depth, interlaced=False, extra=b""):
    raw = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        xs = range(x0, width, dx)
        if xs:
            for y in range(y0, height, dy):
                raw += row(xs, y, kind, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    palette = b""
    if kind == 3:
        palette = chunk(b"PLTE", bytes(v for i in range(1 << depth) for v in (i, 255 - i, 3 * i % 256)))
    with open(name + ".png", "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette + extra)
        file.write(chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


for depth in (1, 2, 4, 8, 16):
    picture(f"grey{depth}", 19, 13, 0, depth)
    picture(f"grey{depth}-interlaced", 19, 13, 0, depth, True)
for depth in (1, 2, 4, 8):
    picture(f"palette{depth}", 19, 13, 3, depth)
picture("palette4-interlaced", 19, 13, 3, 4, True)
for depth in (8, 16):
    for name, kind in (("color", 2), ("greyalpha", 4), ("coloralpha", 6)):
        picture(f"{name}{depth}", 19, 13, kind, depth)
        picture(f"{name}{depth}-interlaced", 19, 13, kind, depth, True)
picture("one-pixel", 1, 1, 0, 8)
picture("one-pixel-interlaced", 1, 1, 2, 16, True)
# One transparent value; entry 2 of the palette half transparent.
picture("grey8-transparent", 19, 13, 0, 8, extra=chunk(b"tRNS", struct.pack(">H", 37)))
picture("palette2-transparent", 19, 13, 3, 2, extra=chunk(b"tRNS", bytes([255, 255, 128])))
