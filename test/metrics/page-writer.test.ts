// The bytes of a page: whatever the guess of its size, nothing is lost.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPageWriter, type WrittenPage } from '../../src/metrics/page-writer.ts';

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

test('items that the page before had at the same place are copied from it', () => {
  const written: string[] = [];
  const pageOf = (items: readonly { name: string }[], last?: WrittenPage) => {
    const writer = createPageWriter(0, last);
    writer.text('head\n');
    writer.each('list', items, ({ name }) => {
      written.push(name);
      writer.text(`${name}\n`);
    });
    writer.text('end');
    return { bytes: writer.take(), marks: writer.marks };
  };
  const [a, b, c, d] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }];
  const first = pageOf([a, b, c]);
  const second = pageOf([a, d, c], first);
  expect(second.bytes.toString()).toBe('head\na\nd\nc\nend');
  expect(written).toEqual(['a', 'b', 'c', 'd']);
  expect(pageOf([a, d], second).bytes.toString()).toBe('head\na\nd\nend');
});

test('a page is the same with and without the page before', () => {
  const pool = Array.from({ length: 6 }, (_, i) => ({ lines: `${'工'.repeat(i)}\n`.repeat(i % 3) }));
  const list = fc.array(fc.constantFrom(...pool), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.record({ a: list, b: list, head: fc.string() })), (pages) => {
      const write = ({ a, b, head }: (typeof pages)[number], last?: WrittenPage): WrittenPage => {
        const writer = createPageWriter(0, last);
        for (const [name, items] of Object.entries({ a, b })) {
          writer.text(head);
          writer.each(name, items, ({ lines }) => writer.text(lines));
        }
        return { bytes: writer.take(), marks: writer.marks };
      };
      let last: WrittenPage | undefined;
      for (const page of pages) {
        last = write(page, last);
        expect(last.bytes.equals(write(page).bytes)).toBe(true);
      }
    }),
  );
});
