import type { Readable } from 'node:stream';

/** Where the commands of `ringpost flow` read and write. */
export interface FlowPorts {
  /** Takes text for standard output, line breaks and all. */
  out(text: string): void;
  /** Takes text for standard error. */
  err(text: string): void;
  stdin: Readable & { isTTY?: boolean };
  /** True only where somebody looks at a terminal. */
  colours: boolean;
  /** Takes how far a long command has come, where somebody looks at standard error; each text replaces the last. */
  progress?: (text: string) => void;
  /** Calls back at Ctrl-C instead of ending the process; gives a function that ends this. */
  onInterrupt?: (cancel: () => void) => () => void;
  /** The server and the API token that the environment names; asked only by commands that need one. */
  server?: () => { url: string | null; token: string | null };
}

/** One command of `ringpost flow`. */
export interface FlowCommand {
  name: string;
  usage: string;
  about: string;
  /** Command lines with what they do. */
  examples: [line: string, about: string][];
  /** Answers the exit code: 0 all is well, 1 something was found, 2 it could not be done. */
  run(args: string[], ports: FlowPorts): Promise<number>;
}
