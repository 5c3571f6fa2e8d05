// Reads the subject alternative names of a certificate: who holds it.

/** As `X509Certificate.subjectAltName` writes them: `DNS:a, URI:"b, c"`; a quoted value is a JSON text. */
const NAME = /([A-Za-z0-9 ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y;
const MATCHED = ['DNS', 'email', 'IP Address', 'URI'];

/**
 * Values of the kinds that `client_allowed_sans` matches. Fails closed: a text that is not wholly understood has no names,
 * because one name may contain what looks like another (CVE-2021-44532).
 */
export function alternativeNames(text: string | undefined): readonly string[] {
  const names: string[] = [];
  if (text === undefined || text === '') return names;
  NAME.lastIndex = 0;
  while (NAME.lastIndex < text.length) {
    const [, kind = '', value = ''] = NAME.exec(text) ?? [];
    // A sticky expression that fails would start again at 0.
    if (kind === '') return [];
    const plain = value.startsWith('"') ? unquote(value) : value;
    if (plain === undefined) return [];
    if (MATCHED.includes(kind)) names.push(kind === 'IP Address' ? canonicalAddress(plain) : plain);
  }
  return text.endsWith(', ') ? [] : names;
}

function unquote(text: string): string | undefined {
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** IPv6 in its one short form, `2001:db8::1`, as Go writes it; anything else as it is. */
export function canonicalAddress(text: string): string {
  if (!text.includes(':') || !URL.canParse(`http://[${text}]`)) return text;
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}
