import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WrongUsage } from '../wrong-usage';
import { Unreadable } from './flow-files';
import { takeOptions } from './options';
import type { FlowCommand } from './ports';
import { SERVER_ABOUT, SERVER_USAGE, serverOf, serverOptions } from './server';
import type { ServerFlow } from './server-flow';

/** `ringpost flow pull`: writes flows of a server, and their tests, to files. */
export const pull: FlowCommand = {
  name: 'pull',
  usage: `ringpost flow pull [ID]… [--into FOLDER] [--revision NUMBER] ${SERVER_USAGE} [--json]`,
  about: `writes the drafts of a server to files, ID.json and ID.test.json, all of them when none is named; with --revision a published copy. Files of the same name are written over: let git hold them. Exit code 2 when it cannot be done; ${SERVER_ABOUT}`,
  examples: [
    ['ringpost flow pull --into flows/', 'all flows of RINGPOST_SERVER, for git'],
    ['ringpost flow pull support-desk --revision 7', 'the revision that runs, to start from'],
  ],
  async run(args, ports) {
    const options = takeOptions(args, { flags: ['--json'], values: [...serverOptions, '--into', '--revision'] });
    const { values, words, flags } = options;
    const revision = values.get('--revision')?.at(-1);
    if (revision !== undefined && (!/^[1-9]\d{0,8}$/.test(revision) || words.length !== 1)) {
      throw new WrongUsage('--revision NUMBER goes with one ID.');
    }
    const server = await serverOf(options, ports);
    const folder = values.get('--into')?.at(-1) ?? '.';
    const ids = words.length > 0 ? words : (await server.get<{ items: { id: string }[] }>('/v1/flows')).items.map(idOf);
    await mkdir(folder, { recursive: true });
    for (const id of ids) {
      const flow = await server.get<ServerFlow>(`/v1/flows/${encodeURIComponent(id)}`);
      const published = revision === undefined ? null : `/v1/flows/${encodeURIComponent(id)}/revisions/${revision}`;
      const { text } = published === null ? flow.draft : await server.get<{ text: string }>(published);
      const file = join(folder, `${nameOf(flow.id)}.json`);
      const what = await write(file, text ?? '');
      const { tests, sha256 } = flow.draft;
      if (tests !== null) await write(file.replace(/\.json$/, '.test.json'), tests);
      const told = { file, flow: id, what, sha256, lastRevision: flow.lastRevision, tests: tests !== null };
      ports.out(
        flags.has('--json') ? `${JSON.stringify(told)}\n` : `${file}: ${what}${tests === null ? '' : ', with tests'}\n`,
      );
    }
    return 0;
  },
};

const idOf = ({ id }: { id: string }): string => id;

/** A file is named by what the server says: nothing of it may lead out of the folder. */
function nameOf(id: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,49}$/.test(id)) return id;
  throw new Unreadable(`The server names a flow "${id.slice(0, 60)}", which is no name of a file.`);
}

async function write(file: string, text: string): Promise<'new' | 'unchanged' | 'changed'> {
  const before = await readFile(file, 'utf8').catch(() => null);
  if (before === text) return 'unchanged';
  await writeFile(file, text);
  return before === null ? 'new' : 'changed';
}
