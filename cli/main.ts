#!/usr/bin/env node
/** `ringpost`: one small table of commands; each is loaded only when it is asked for. */
import { readConfig } from '../config';
import { optionsRefused, WrongUsage } from './wrong-usage';

interface Command {
  words: string[];
  usage: string;
  about: string;
  /** It answers --help itself. */
  ownHelp?: true;
  run(args: string[]): Promise<number>;
}

const commands: Command[] = [
  {
    words: ['start'],
    usage: 'ringpost start [all|api|worker|intake] [--data FOLDER]',
    about: 'starts Ringpost; `all` (the default) also starts the two servers it needs',
    run: async (args) => (await import('./start/index.js')).start(args),
  },
  {
    words: ['demo'],
    usage: 'ringpost demo [--data FOLDER]',
    about: 'plays one enquiry against the running system: a mail in, a ring, an answer, the close',
    run: async (args) => (await import('./demo.js')).demo(args),
  },
  {
    words: ['trace'],
    usage: 'ringpost trace WORD [--data FOLDER] [--json]',
    about: 'tells the whole story of a mail; WORD is an address, a Message-ID or an enquiry number',
    run: async (args) => (await import('./trace.js')).trace(args),
  },
  {
    words: ['mail', 'inspect'],
    usage: 'ringpost mail inspect FILE… [--json]',
    about: 'shows what intake would make of raw mails, without touching a server (`-` reads standard input)',
    run: async (args) => {
      const { inspectFiles } = await import('./mail-inspect.js');
      const json = args.includes('--json');
      const files = optionsRefused(args.filter((each) => each !== '--json'));
      if (files.length === 0) throw new WrongUsage('ringpost mail inspect needs at least one FILE.');
      return inspectFiles(files, { json, out: (line) => void process.stdout.write(`${line}\n`) });
    },
  },
  {
    words: ['user', 'reset-password'],
    usage: 'ringpost user reset-password EMAIL [--data FOLDER]',
    about: 'makes a link by which a user sets a new password (30 minutes)',
    run: async (args) => (await import('./user.js')).resetPassword(args),
  },
  {
    words: ['search', 'rebuild'],
    usage: 'ringpost search rebuild [--data FOLDER]',
    about: 'lets the running installation make its search index anew from the store',
    run: async (args) => (await import('./search.js')).rebuildSearch(args),
  },
  {
    words: ['flow'],
    usage:
      'ringpost flow check|fmt|test|simulate|diagram|diff|rename|backtest|schema|pull|push|publish|live|migrate|save-test …',
    about:
      'writes, checks and tries flows without any server, and takes them to one; `ringpost flow --help` tells more',
    ownHelp: true,
    run: async (args) => {
      const { stdin, stdout, stderr } = process;
      const out = (text: string): void => void stdout.write(text);
      const err = (text: string): void => void stderr.write(text);
      const onInterrupt = (cancel: () => void): (() => void) => {
        process.once('SIGINT', cancel);
        return () => void process.off('SIGINT', cancel);
      };
      const server = serverOfEnvironment;
      const ports = { out, err, stdin, colours: stdout.isTTY && stdout.hasColors(), onInterrupt, server };
      // The line is written over; an empty text takes it away.
      const progress = (text: string): void => err(`\r\u001b[K${text}`);
      const flow = (await import('./flow/index.js')).flow;
      return flow(args, stderr.isTTY ? { ...ports, progress } : ports);
    },
  },
];

function serverOfEnvironment(): { url: string | null; token: string | null } {
  const { server: url, token } = readConfig(process.env);
  return { url, token };
}

function help(): string {
  const lines = commands.map((each) => `  ${each.usage}\n      ${each.about}`);
  return `Ringpost, an email contact centre.\n\n${lines.join('\n')}\n`;
}

/** Exit code of whom nobody reads any more, as shells give it to a program that dies of SIGPIPE. */
const NOBODY_READS = 141;

/** `ringpost flow diff … | head` has read enough: that is no fault to be told with a stack. */
function endWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(NOBODY_READS);
  });
}

/** Runs one command line; answers the exit code: 0 done, 1 not done, 2 wrongly called. */
export async function main(args: string[]): Promise<number> {
  // What serves goes on, whoever reads its log.
  if (args[0] !== 'start') endWhenNobodyReads();
  if (args.length === 0 || ['--help', '-h', 'help'].includes(args[0] ?? '')) {
    process.stdout.write(help());
    return args.length === 0 ? 2 : 0;
  }
  const command = commands.find((each) => each.words.every((word, index) => args[index] === word));
  if (!command) {
    process.stderr.write(`There is no command "${args.join(' ')}".\n\n${help()}`);
    return 2;
  }
  const rest = args.slice(command.words.length);
  if (!command.ownHelp && (rest.includes('--help') || rest.includes('-h'))) {
    process.stdout.write(`${command.usage}\n  ${command.about}\n`);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    const usage = error instanceof Error && error.name === 'WrongUsage';
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (usage) process.stderr.write(`  ${command.usage}\n`);
    return usage ? 2 : 1;
  }
}

async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2));
}

if (require.main === module) void run();
