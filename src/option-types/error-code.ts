// What an error says: its words, its code, and why a file cannot be read.

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The system's code, like ENOENT; where there is none, the error as text. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** For a person who may never have met the code. */
export const NO_DESCRIPTORS = '; no file descriptors are left: raise the limit of open files (LimitNOFILE, ulimit -n)';
const ADVICE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP'].map((code) => [code, '; check that it exists and is readable']),
  ),
  EISDIR: '; it is a folder, name a file in it',
  EMFILE: NO_DESCRIPTORS,
  ENFILE: NO_DESCRIPTORS,
};

/** Why a file cannot be read: `(ENOENT); check that …`, with advice only where it is known what helps. */
export const whyUnreadable = (error: unknown): string => `(${errorCode(error)})${ADVICE[errorCode(error)] ?? ''}`;
