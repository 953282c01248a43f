/** `ringpost flow …`: the commands with which admins write, check and try flows, and take them to a server. */
import { backtest } from './backtest';
import { check } from './check';
import { diagram } from './diagram';
import { diff } from './diff';
import { fmt } from './fmt';
import { live } from './live';
import { migrate } from './migrate';
import type { FlowCommand, FlowPorts } from './ports';
import { publish } from './publish';
import { pull } from './pull';
import { push } from './push';
import { rename } from './rename';
import { saveTest } from './save-test';
import { schema } from './schema';
import { simulate } from './simulate';
import { test } from './test';

const commands: FlowCommand[] = [
  check,
  fmt,
  test,
  simulate,
  diagram,
  diff,
  rename,
  backtest,
  schema,
  pull,
  push,
  publish,
  live,
  migrate,
  saveTest,
];

/** What a person can mend: told as a sentence, exit code 2. */
const EXPECTED = ['WrongUsage', 'Unreadable', 'ApiAway', 'ApiRefusal', 'WrongSetting'];

/** Runs one command of `ringpost flow` and answers its exit code: 0 all is well, 1 something was found, 2 wrongly called. */
export async function flow(args: string[], ports: FlowPorts): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    ports.out(overview());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((each) => each.name === name);
  if (!command) {
    ports.err(`There is no command "flow ${name}".\n\n${overview()}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    ports.out(helpOf(command));
    return 0;
  }
  try {
    return await command.run(rest, ports);
  } catch (error) {
    if (!(error instanceof Error) || !EXPECTED.includes(error.name)) throw error;
    ports.err(`${error.message}\n${error.name === 'WrongUsage' ? `  ${command.usage}\n` : ''}`);
    return 2;
  }
}

function overview(): string {
  const lines = commands.map(({ usage, about }) => `  ${usage}\n      ${about}`);
  return `Write, check and try flows without a server, take them to one, and say what runs there.\n\n${lines.join('\n')}\n`;
}

function helpOf({ usage, about, examples }: FlowCommand): string {
  const lines = examples.map(([line, what]) => `  ${line}\n      ${what}`);
  return `${usage}\n\n  ${about}.\n\nExamples:\n${lines.join('\n')}\n`;
}
