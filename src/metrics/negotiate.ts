// Chooses the format and the coding that a scraper asks for. Own parser, because Express does not expect the `escaping`
// parameter of Prometheus 3 and picks the wrong type.
import type { Format } from './encode.ts';

interface Range {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function ranges(header: string | undefined): Range[] {
  return (header ?? '')
    .split(',')
    .map((part) => {
      const [name = '', ...rest] = part.split(';').map((piece) => piece.trim());
      const parameters = new Map(
        rest.map((piece) => {
          const [key = '', value = ''] = piece.split('=');
          return [key.trim().toLowerCase(), value.trim().replace(/^"|"$/g, '')] as const;
        }),
      );
      const quality = Number(parameters.get('q') ?? '1');
      return { name: name.toLowerCase(), parameters, quality: Number.isFinite(quality) ? quality : 0 };
    })
    .filter(({ name }) => name !== '')
    .sort((a, b) => b.quality - a.quality);
}

function formatOf({ name, parameters }: Range): Format | undefined {
  const version = parameters.get('version');
  if (name === 'application/openmetrics-text')
    return version === undefined || version === '1.0.0' ? 'openmetrics' : undefined;
  if (name === 'text/plain') return version === undefined || version === '0.0.4' ? 'text' : undefined;
  return name === '*/*' || name === 'text/*' ? 'text' : undefined;
}

/** Escapings that leave our plain names as they are; `dots` would double the underscores. */
const ESCAPINGS = ['underscores', 'allow-utf-8', 'values'];

export interface Negotiated {
  readonly format: Format;
  readonly contentType: string;
}

/** The best format that both sides know; unknown ones are skipped, and text is the last resort (never 406). */
export function negotiate(accept: string | undefined): Negotiated {
  const best = ranges(accept).find((range) => range.quality > 0 && formatOf(range) !== undefined);
  if (best === undefined || formatOf(best) === 'text')
    return { format: 'text', contentType: 'text/plain; version=0.0.4; charset=utf-8' };
  const wanted = best.parameters.get('escaping') ?? '';
  const escaping = ESCAPINGS.includes(wanted) ? wanted : 'underscores';
  return {
    format: 'openmetrics',
    contentType: `application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=${escaping}`,
  };
}

/** Whether the scraper accepts gzip; its own entry counts more than that of `*`. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const codings = ranges(acceptEncoding);
  const said = codings.find(({ name }) => name === 'gzip') ?? codings.find(({ name }) => name === '*');
  return said !== undefined && said.quality > 0;
}
