// What of a release is no longer as it was: lines like `flag --x` and `metric NAME TYPE LABEL…`.

/** One sentence for each broken promise; what is new breaks none. */
export function compare(released: readonly string[], now: readonly string[]): string[] {
  const lines = new Set(now);
  const metrics = new Map(now.filter((line) => line.startsWith('metric ')).map((line) => [line.split(' ')[1], line]));
  return released
    .filter((line) => !lines.has(line))
    .flatMap((line) => {
      const [kind, name = '', type, ...labels] = line.split(' ');
      const today = kind === 'metric' ? metrics.get(name) : undefined;
      if (today === undefined) return [`${kind === 'metric' ? `metric ${name}` : line} is gone`];
      const [, , typeNow, ...labelsNow] = today.split(' ');
      if (typeNow !== type) return [`metric ${name} is a ${typeNow}, it was a ${type}`];
      const mayGrow = name.endsWith('_info') && labels.every((label) => labelsNow.includes(label));
      return mayGrow ? [] : [`metric ${name} has the labels ${labelsNow.join(' ')}, it had ${labels.join(' ')}`];
    });
}
