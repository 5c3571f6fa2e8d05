// The shapes every part of the simulated cloud speaks: a request, a reply, and the two forms of the API's errors.

/** Header names are lower-case, as node's http module gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface CloudRequest {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly url: string;
  readonly headers: RequestHeaders;
  readonly body?: string | Uint8Array;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return jsonText(status, JSON.stringify(body), headers);
}

export function jsonText(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json;charset=utf-8', ...headers }, body };
}

/** The Workspace service and the gateway in front of it: flat; the cloud code adds the gateway's `request_id`. */
export function apiError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return json(status, { error_code: code, error_msg: message }, headers);
}

/** IAM: nested. */
export function iamError(status: number, title: string, message: string): Reply {
  return json(status, { error: { code: status, message, title } });
}

export function header(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.join(',');
}
