// The bytes of a page: whatever the guess of its size, nothing is lost.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPageWriter } from '../../src/metrics/page-writer.ts';

test('text and bytes follow each other, in UTF-8', () => {
  const writer = createPageWriter();
  writer.text('a');
  writer.bytes(Buffer.from('é'));
  writer.text('工程部 🖥');
  expect(writer.length()).toBe(Buffer.byteLength('aé工程部 🖥'));
  expect(writer.take().toString()).toBe('aé工程部 🖥');
});

test('what was appended after a moment can be dropped', () => {
  const writer = createPageWriter();
  writer.text('kept');
  const before = writer.length();
  writer.text('dropped');
  writer.cut(before);
  writer.text('!');
  expect(writer.take().toString()).toBe('kept!');
});

test('half a surrogate pair becomes the replacement character', () => {
  const writer = createPageWriter();
  writer.text('a\uD800');
  writer.text('\uDFFFb');
  expect(writer.take().toString()).toBe('a\uFFFD\uFFFDb');
});

test('one piece may be larger than twice the whole page so far', () => {
  const writer = createPageWriter(0);
  writer.text('é'.repeat(500_000));
  writer.bytes(Buffer.alloc(5_000_000, 'x'));
  expect(writer.take().length).toBe(6_000_000);
});

test('it grows beyond any guess of its size', () => {
  const piece = fc.record({
    text: fc.string({ unit: 'binary', maxLength: 50 }),
    times: fc.integer({ min: 1, max: 3000 }),
  });
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.array(piece, { maxLength: 5 }), (guess, pieces) => {
      const writer = createPageWriter(guess);
      for (const { text, times } of pieces) {
        writer.text(text.repeat(times));
        writer.bytes(Buffer.from(text));
      }
      const expected = pieces.map(({ text, times }) => Buffer.from(text.repeat(times)).toString() + Buffer.from(text));
      expect(writer.take().toString() === expected.join('')).toBe(true);
    }),
    { numRuns: 200 },
  );
});
