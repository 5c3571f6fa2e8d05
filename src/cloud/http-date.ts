// Dates of HTTP headers, in the three forms of RFC 9110 (5.6.7): Date.parse takes the third one for local time.

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';
const FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^[a-z]{3}, (?<day>\\d\\d?) (?<month>[a-z]{3}) (?<year>\\d{4}) ${TIME} (?:gmt|utc)$`, 'i'),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(`^[a-z]+day, (?<day>\\d\\d)-(?<month>[a-z]{3})-(?<year>\\d\\d) ${TIME} (?:gmt|utc)$`, 'i'),
  // Sun Nov  6 08:49:37 1994, which is GMT as well
  new RegExp(`^[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`, 'i'),
];

/** Milliseconds since the epoch; undefined for what is no such date. `now` tells the century of a year of two digits. */
export function parseHttpDate(text: string | undefined, now: number): number | undefined {
  const trimmed = text?.trim() ?? '';
  const parts = FORMS.find((form) => form.test(trimmed))?.exec(trimmed)?.groups;
  const { year = '', month: name = '', day, hour, minute, second } = parts ?? {};
  const month = MONTHS.indexOf(name.toLowerCase());
  if (month < 0) return undefined;
  return Date.UTC(fullYear(year, now), month, Number(day), Number(hour), Number(minute), Number(second));
}

/** The latest year with these last digits that is less than 50 years ahead. */
function fullYear(digits: string, now: number): number {
  if (digits.length === 4) return Number(digits);
  const latest = new Date(now).getUTCFullYear() + 50;
  return latest - ((latest - Number(digits)) % 100);
}
