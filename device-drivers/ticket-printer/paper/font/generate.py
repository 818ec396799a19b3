#!/usr/bin/env python3
"""Draws the character generator ROM of the simulated printer. Run by a person when the font changes; the result is committed.

Needs python3-pil and Debian's fonts-noto-cjk:  python3 generate.py
Writes glyphs.bin.gz beside itself: 95 glyphs of 12x24 dots for 0x20..0x7E, two bytes a row (the low four bits are 0), then 87 x 94 glyphs of 24x24
dots for the two-byte codes A1A1..F7FE of GB18030 (rows, then cells), three bytes a row. The high bit is the left dot.
"""
import gzip
import pathlib

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
# The collection's face "Noto Sans Mono CJK SC": a Latin letter is exactly half as wide as a Chinese one.
FACE = 7
HEIGHT = 24
# Lifts the glyphs into 24 rows: Chinese characters fill them; Latin letters stand a little higher, so that their descenders stay inside.
SHIFT_WIDE = -7
SHIFT_NARROW = -9
# Ink darker than this becomes a dot; chosen by eye for even strokes at 24 dots.
DARK = 150


def draw(font, text, width, shift):
    image = Image.new("L", (width, HEIGHT), 255)
    ImageDraw.Draw(image).text((0, shift), text, font=font, fill=0)
    rows = bytearray()
    for y in range(HEIGHT):
        bits = 0
        for x in range(width):
            bits = bits << 1 | (image.getpixel((x, y)) < DARK)
        size = (width + 7) // 8
        rows += (bits << size * 8 - width).to_bytes(size, "big")
    return bytes(rows)


def decode(row, cell):
    try:
        text = bytes([row, cell]).decode("gb18030")
    except UnicodeDecodeError:
        return None
    return None if len(text) != 1 or "\ue000" <= text <= "\uf8ff" else text


def main():
    font = ImageFont.truetype(FONT, HEIGHT, index=FACE)
    missing = font.getmask("\U0010ffff").getbbox(), bytes(font.getmask("\U0010ffff"))
    rom = bytearray()
    for code in range(0x20, 0x7F):
        rom += draw(font, chr(code), 12, SHIFT_NARROW)
    empty = bytes(HEIGHT * 3)
    drawn = 0
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            text = decode(row, cell)
            if text is None or (font.getmask(text).getbbox(), bytes(font.getmask(text))) == missing:
                rom += empty
                continue
            rom += draw(font, text, 24, SHIFT_WIDE)
            drawn += 1
    target = pathlib.Path(__file__).with_name("glyphs.bin.gz")
    target.write_bytes(gzip.compress(bytes(rom), 9, mtime=0))
    print(f"{drawn} two-byte glyphs, {len(rom)} bytes, {target.stat().st_size} compressed")


if __name__ == "__main__":
    main()
