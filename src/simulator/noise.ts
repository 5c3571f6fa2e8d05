// Seeded noise: the simulated company must look alive and still say the same thing whenever it is asked about the same instant.

/** FNV-1a: a stable number for a text. */
export function keyOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** 32 well-mixed bits out of three numbers (the finalizer of MurmurHash3). */
export function mix(seed: number, key: number, index: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(key, 0xc2b2ae35) ^ Math.imul(index, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number in [0, 1). */
export function unit(seed: number, key: number, index: number): number {
  return mix(seed, key, index) / 2 ** 32;
}

/** A number in [-1, 1] that wanders smoothly with time; `period` (ms) is the distance of two independent values. */
export function drift(seed: number, key: number, time: number, period: number): number {
  const cell = Math.floor(time / period);
  const part = time / period - cell;
  const from = unit(seed, key, cell);
  const to = unit(seed, key, cell + 1);
  return 2 * (from + (to - from) * part * part * (3 - 2 * part)) - 1;
}

/** Lower-case hex digits that belong to a text. */
export function hexOf(text: string, digits: number): string {
  const key = keyOf(text);
  let hex = '';
  for (let block = 0; hex.length < digits; block += 1) hex += mix(0, key, block).toString(16).padStart(8, '0');
  return hex.slice(0, digits);
}

/** A UUID (by shape) that belongs to a text. */
export function uuidOf(text: string): string {
  const hex = hexOf(text, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
