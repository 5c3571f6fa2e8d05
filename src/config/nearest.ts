// Finds the word that was probably meant.

/** The candidate nearest to what was written, if it is near enough to be a slip. */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  const plain = flat(written);
  const near = candidates
    .map((candidate) => ({ candidate, distance: distance(plain, flat(candidate)) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  const isStart = (candidate: string) => plain.length >= 4 && flat(candidate).startsWith(plain);
  return near[0]?.candidate ?? candidates.find(isStart);
}

const flat = (text: string) => text.toLowerCase().replaceAll('-', '_');

/** Levenshtein distance, with two neighbours swapped counting as one slip. */
export function distance(a: string, b: string): number {
  // Nothing so long is a slip of a key, and the table would be large.
  if (Math.abs(a.length - b.length) > 20 || a.length > 100) return Infinity;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        cell(last, j) + 1,
        cell(row, j - 1) + 1,
        cell(last, j - 1) + (same ? 0 : 1),
        swapped ? cell(before, j - 2) + 1 : Infinity,
      );
    }
    before = last;
    last = row;
  }
  return cell(last, b.length);
}

const cell = (row: readonly number[], j: number) => row[j] ?? Infinity;
