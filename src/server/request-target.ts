// Brings the target of a request into the one form that rules and paths expect.

/**
 * Path and query, also of a whole URL, which proxies are sent (RFC 9112, 3.2.2). Undefined if it cannot be parsed: Express would
 * answer that itself, before any rule.
 */
export function pathOf(target: string): string | undefined {
  if (target.startsWith('/') || target === '*') return target;
  if (!URL.canParse(target)) return undefined;
  const { pathname, search } = new URL(target);
  return pathname.startsWith('/') ? pathname + search : undefined;
}
