/** The built command as a person or a script calls it: words in, exit code and text out. */
import { spawn, type ChildProcess } from 'node:child_process';
import { buildProduct, command } from './build-product';
import { commandEnvironment } from './product-process';

/** What a command left behind. */
export interface CommandResult {
  /** Null when it was ended by a signal. */
  code: number | null;
  out: string;
  err: string;
}

interface Given {
  environment?: Record<string, string>;
  input?: string | Buffer;
}

/** Runs `ringpost` with these words until it ends; `input` is its standard input. */
export async function ringpost(words: readonly string[], given: Given = {}): Promise<CommandResult> {
  return (await startRingpost(words, given)).ended;
}

/** Starts `ringpost` with these words; `ended` resolves when it is over. */
export async function startRingpost(
  words: readonly string[],
  { environment = {}, input = '' }: Given = {},
): Promise<{ child: ChildProcess; ended: Promise<CommandResult> }> {
  await buildProduct();
  const child = spawn(process.execPath, [command, ...words], { env: commandEnvironment(environment), stdio: 'pipe' });
  const [out, err] = [child.stdout, child.stderr].map((stream) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    return parts;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code, out: Buffer.concat(out ?? []).toString(), err: Buffer.concat(err ?? []).toString() }),
    );
  });
  return { child, ended };
}
