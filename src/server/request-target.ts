// Brings the target of a request into the one form that all rules and routes expect.

/**
 * Path and query of a target, which may be a whole URL, as clients send it to proxies (RFC 9112, 3.2.2). Undefined if it is
 * malformed: Express would answer that itself, before any rule.
 */
export function pathOf(target: string): string | undefined {
  if (target.startsWith('/') || target === '*') return target;
  if (!/^https?:/i.test(target) || !URL.canParse(target)) return undefined;
  const { pathname, search } = new URL(target);
  return pathname + search;
}
