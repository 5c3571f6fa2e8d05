// Pool ids: their form, and the canonical spelling in which ids of the configuration, of URLs and of answers are compared.

export const POOL_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
export const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** UUIDs are the same in either case (RFC 9562), and the service writes them in lower case; other ids stay as they are. */
export const canonicalId = (id: string): string => (UUID.test(id) ? id.toLowerCase() : id);
