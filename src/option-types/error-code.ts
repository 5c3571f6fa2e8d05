// Says why a file cannot be read.

/** The system's code, like ENOENT; where there is none, the error as text. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

const ADVICE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP'].map((code) => [code, '; check that it exists and is readable']),
  ),
  EISDIR: '; it is a folder, name a file in it',
};

/** Why a file cannot be read: `(ENOENT); check that …`, with advice where it is known what helps. */
export const whyUnreadable = (error: unknown): string => `(${errorCode(error)})${ADVICE[errorCode(error)] ?? ''}`;
