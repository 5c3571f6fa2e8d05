// What a request asks for, in the one form that every rule and path is written for.

/**
 * Path and query of a request's target, also where it is a whole URL, as proxies are asked (RFC 9112, 3.2.2). Undefined where
 * it cannot be read: Express would answer that by itself, before any rule.
 */
export function pathOf(target: string): string | undefined {
  if (target.startsWith('/') || target === '*') return target;
  if (!URL.canParse(target)) return undefined;
  const { pathname, search } = new URL(target);
  return pathname.startsWith('/') ? pathname + search : undefined;
}
