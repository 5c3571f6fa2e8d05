// Makes a screenshot small enough for a repository: 256 colours are plenty for a page of flat ones. PNG as its specification
// has it (https://www.w3.org/TR/png-3/), and only what Chromium writes: 8 bits, red, green and blue, not interlaced.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const COLORS = 256;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each pixel. */
  readonly pixels: Uint8Array;
}

/** The same picture with a palette. */
export function withPalette(png: Buffer): Buffer {
  const { width, height, pixels } = decoded(png);
  const palette = frequentColors(pixels);
  const nearest = new Map<number, number>();
  // Every row begins with its filter: none, because neighbours in a palette are no neighbours in colour.
  const rows = Buffer.alloc(height * (width + 1));
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const color = colorAt(pixels, pixel);
    const index = nearest.get(color) ?? nearestOf(color, palette);
    nearest.set(color, index);
    rows[pixel + Math.floor(pixel / width) + 1] = index;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits, by palette; the usual compression and filters, no interlace.
  header.set([8, 3, 0, 0, 0], 8);
  const colors = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colors),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const colorAt = (pixels: Uint8Array, pixel: number) =>
  ((pixels[3 * pixel] ?? 0) << 16) | ((pixels[3 * pixel + 1] ?? 0) << 8) | (pixels[3 * pixel + 2] ?? 0);

/** Of the colours that are hardly told apart (the upper five bits of each channel are the same) the most frequent one. */
function frequentColors(pixels: Uint8Array): readonly number[] {
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < pixels.length / 3; pixel += 1) {
    const color = colorAt(pixels, pixel);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const groups = new Map<number, { best: number; most: number; total: number }>();
  for (const [color, count] of counts) {
    const group = groups.get(color & 0xf8f8f8) ?? { best: color, most: 0, total: 0 };
    if (count > group.most) [group.best, group.most] = [color, count];
    group.total += count;
    groups.set(color & 0xf8f8f8, group);
  }
  const byCount = [...groups.values()].toSorted((a, b) => b.total - a.total);
  return byCount.slice(0, COLORS).map(({ best }) => best);
}

function nearestOf(color: number, palette: readonly number[]): number {
  const away = (other: number) =>
    [16, 8, 0].reduce((sum, shift) => sum + (((color >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
  return palette.reduce((best, other, index) => (away(other) < away(palette[best] ?? 0) ? index : best), 0);
}

function decoded(png: Buffer): Picture {
  const parts: Buffer[] = [];
  let header: Buffer = Buffer.alloc(13);
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = body;
    if (type === 'IDAT') parts.push(body);
    at += 12 + length;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header[8] !== 8 || header[9] !== 2 || header[12] !== 0) throw new Error('not a picture as Chromium writes it');
  return { width, height, pixels: unfiltered(inflateSync(Buffer.concat(parts)), 3 * width, height) };
}

/** Undoes the prediction of each byte from the ones to the left, above, and left of that. */
function unfiltered(raw: Buffer, stride: number, height: number): Uint8Array {
  const bytes = new Uint8Array(stride * height);
  for (let row = 0; row < height; row += 1) {
    const filter = raw[row * (stride + 1)] ?? 0;
    for (let column = 0; column < stride; column += 1) {
      const at = row * stride + column;
      const left = column < 3 ? 0 : (bytes[at - 3] ?? 0);
      const above = row === 0 ? 0 : (bytes[at - stride] ?? 0);
      const corner = column < 3 || row === 0 ? 0 : (bytes[at - stride - 3] ?? 0);
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0;
      bytes[at] = (raw[at + row + 1] ?? 0) + guess;
    }
  }
  return bytes;
}

function paeth(left: number, above: number, corner: number): number {
  const [a, b, c] = [left, above, corner].map((one) => Math.abs(left + above - corner - one));
  if (a === undefined || b === undefined || c === undefined) return 0;
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
