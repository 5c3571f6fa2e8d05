// Questions whose answer is known, up to a number of them; one at random goes when another comes.

export interface Answers {
  has(question: string): boolean;
  add(question: string): void;
}

/** `random` in [0, 1). */
export function createAnswers(size: number, random: () => number): Answers {
  const places: string[] = [];
  const known = new Set<string>();
  return {
    has: (question) => known.has(question),
    add(question) {
      if (known.has(question)) return;
      const place = places.length < size ? places.length : Math.floor(random() * size);
      const gone = places[place];
      if (gone !== undefined) known.delete(gone);
      places[place] = question;
      known.add(question);
    },
  };
}
