import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFlowTests, runFlowTests, type Flow, type FlowTests } from '../../../flows';
import { unchecked } from '../unchecked';
import { folderWith, runFlow } from './run-flow';

const emails = join(__dirname, '../../fixtures/emails');
const end = { type: 'close', reason: 'done', notify: false };
const desk = {
  $schema: 'https://ringpost.dev/schema/flow-1.json',
  id: 'desk',
  title: 'Desk',
  start: 'look',
  onError: 'end',
  nodes: {
    look: {
      type: 'switch',
      cases: [
        { when: { var: 'message.automatic' }, next: 'machine' },
        { when: { contains: [{ var: 'message.subject' }, 'zzz'] }, next: 'zzz' },
      ],
      default: 'end',
    },
    machine: { type: 'tag', add: ['machine'], next: 'end' },
    zzz: { type: 'tag', add: ['zzz'], next: 'end' },
    end,
  },
};
const testsOf = (given: object, path: string[]): object => ({ tests: [{ title: 'a mail', given, expect: { path } }] });
const inFolder = (given: object, path: string[]): string => {
  const files = { 'desk.json': JSON.stringify(desk), 'desk.test.json': JSON.stringify(testsOf(given, path)) };
  const folder = folderWith(files);
  for (const mail of ['out-of-office-exchange.eml', 'gmail-reply-with-quote.eml'])
    copyFileSync(join(emails, mail), join(folder, mail));
  return join(folder, 'desk.json');
};

describe('a test that names a mail beside it', () => {
  it('is played with what the mail tells, and what is given besides goes before', async () => {
    const machine = { mail: 'out-of-office-exchange.eml' };
    expect((await runFlow(['test', inFolder(machine, ['look', 'machine', 'end'])])).code).toBe(0);
    expect((await runFlow(['test', inFolder({ mail: 'gmail-reply-with-quote.eml' }, ['look', 'end'])])).code).toBe(0);
    const otherwise = { mail: 'gmail-reply-with-quote.eml', facts: { 'message.subject': 'zzz' } };
    expect((await runFlow(['test', inFolder(otherwise, ['look', 'zzz', 'end'])])).code).toBe(0);
    const person = { ...machine, message: { automatic: false } };
    expect((await runFlow(['test', inFolder(person, ['look', 'end'])])).code).toBe(0);
  });

  it('is told as a story, at the time of the mail', async () => {
    const { out } = await runFlow([
      'simulate',
      inFolder({ mail: 'out-of-office-exchange.eml' }, []),
      '--test',
      'a mail',
      '--json',
    ]);
    expect(out).toContain('"path":["look","machine","end"]');
  });

  it('says which mail is missing, keeps its name when a node is renamed, and is refused where nobody reads files', async () => {
    const file = inFolder({ mail: 'lost.eml' }, ['look', 'end']);
    const { code, err } = await runFlow(['test', file]);
    expect(code).toBe(2);
    expect(err).toMatch(/desk\.test\.json: the mail of "a mail" cannot be read: .*lost\.eml/);
    expect((await runFlow(['rename', file, 'machine', 'robot'])).code).toBe(0);
    expect(readFileSync(file.replace('.json', '.test.json'), 'utf8')).toContain('"mail": "lost.eml"');
    const [result] = runFlowTests(
      unchecked<Flow>(desk),
      unchecked<FlowTests>(testsOf({ mail: 'lost.eml', facts: { 'message.subject': 'x' } }, ['look', 'end'])),
    );
    expect(result?.failures).toEqual(['the mail "lost.eml" was not read: only the command finds the file']);
    writeFileSync(file.replace('.json', '.test.json'), JSON.stringify(testsOf({ mail: 7 }, [])));
    expect((await runFlow(['test', file])).err).toContain('has a "mail" that is no .eml file beside the tests');
  });

  it('cannot name what is no mail', () => {
    expect(readFlowTests(JSON.stringify(testsOf({ mail: '/etc/passwd' }, [])))).toHaveProperty('fault');
  });
});
