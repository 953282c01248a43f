import { readConfig } from '../config';
import { signIn } from './api-client';
import { takeDataFolder } from './data-folder';
import { forTerminal } from './for-terminal';
import { readRuntimeFile } from './start/runtime-file';
import { optionsRefused, WrongUsage } from './wrong-usage';

interface TraceAnswer {
  word: string;
  nothing: string | null;
  tales: { title: string; lines: { at: string | null; sentence: string }[] }[];
}

/** `ringpost trace WORD`: the whole story of a mail in plain sentences; exit code 1 when nothing was offered. */
export async function trace(args: string[]): Promise<number> {
  const { dataDir, rest } = takeDataFolder(args);
  const json = rest.includes('--json');
  const [word, ...more] = optionsRefused(rest.filter((each) => each !== '--json'));
  if (word === undefined || more.length > 0) throw new WrongUsage('ringpost trace needs one WORD.');
  const runtime = await readRuntimeFile(dataDir);
  const who = runtime.demo?.signIns.find((each) => each.role === 'supervisor');
  const { signIn: given } = readConfig(process.env);
  const credentials = given === null ? who : parseSignIn(given);
  if (!credentials) {
    throw new Error('Nobody to ask as: set RINGPOST_SIGN_IN=email:password of an admin or supervisor.');
  }
  const api = await signIn(runtime.api, credentials);
  const answer = await api.get<TraceAnswer>(`/v1/trace?word=${encodeURIComponent(word)}`);
  if (json) process.stdout.write(`${JSON.stringify(answer)}\n`);
  else process.stdout.write(`${tell(answer)}\n`);
  return answer.tales.length > 0 ? 0 : 1;
}

function parseSignIn(text: string): { email: string; password: string } {
  const at = text.indexOf(':');
  return { email: text.slice(0, at), password: text.slice(at + 1) };
}

function tell(answer: TraceAnswer): string {
  if (answer.nothing !== null) return answer.nothing;
  return answer.tales
    .map(({ title, lines }) => {
      const told = lines.map(
        ({ at, sentence }) =>
          `  ${at ? at.replace('T', ' ').slice(0, 19) : 'now                '}  ${forTerminal(sentence)}`,
      );
      return [forTerminal(title), ...told].join('\n');
    })
    .join('\n\n');
}
