// The world around a command, so that commands can be run without a process of their own.

/** What a command sees of the world around it. */
export interface Terminal {
  readonly argv: readonly string[];
  readonly env: { [name: string]: string | undefined };
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Texts for `err` that could not be written so far; none where that cannot happen. */
  readonly errLost?: () => number;
  /** Resolves when the process is asked to end. */
  readonly stopped: Promise<void>;
  /** Runs `task` at each SIGHUP from now on, which else would end the process. */
  readonly onHangup: (task: () => void) => void;
}
