// Why a file cannot be read, in a word.

/** The system's code, like ENOENT; where there is none, the error as text. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
