import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { flow } from '../../../cli/flow';
import { folderWith, runFlow } from './run-flow';

const text = readFileSync(join(__dirname, '../../../flows/examples/support-desk.json'), 'utf8');

const eml = (subject: string, id: string, more = ''): string =>
  [
    'From: Ada <ada@example.org>',
    'To: support@example.com',
    `Subject: ${subject}`,
    `Message-ID: <${id}@example.org>`,
    'Date: Mon, 05 Oct 2026 09:00:00 +0000',
    ...(more === '' ? [] : [more]),
    '',
    'Good morning to all of you.',
    '',
  ].join('\r\n');

/** A live flow, a draft of it and a folder of mails; where each of them is. */
function aWeek(draft: string, mails: Record<string, string>): { live: string; draft: string; mails: string } {
  const folder = folderWith({ 'live.json': text, 'draft.json': draft });
  mkdirSync(join(folder, 'mails', 'inside'), { recursive: true });
  for (const [name, mail] of Object.entries(mails)) writeFileSync(join(folder, 'mails', name), mail);
  return { live: join(folder, 'live.json'), draft: join(folder, 'draft.json'), mails: join(folder, 'mails') };
}

const greeting = text.replace('"refund"', '"hello"');
const week = {
  '1.eml': eml('Hello', 'one'),
  '2.eml': eml('Re: Hello', 'two', 'In-Reply-To: <one@example.org>'),
  'inside/3.eml': eml('Question', 'three'),
  '4.eml': eml('Question', 'three'),
  '5.eml': '',
  'note.txt': 'no mail',
};

describe('ringpost flow backtest', () => {
  it('tells as a table what the draft would have done otherwise, what it assumed and what it left out', async () => {
    const { live, draft, mails } = aWeek(greeting, week);
    const ran = await runFlow(['backtest', live, draft, '--mails', mails, '--answers', 'accepted']);
    expect(ran).toMatchObject({ code: 1, err: '' });
    expect(ran.out.split('\n')).toEqual([
      'tag-intent: 1 mail',
      '     1  other tags      none ⇒ billing  (1.eml)',
      '',
      '2 mails played: 1 the same, 1 otherwise.',
      'Assumed, as no mail tells it:',
      '     2  engagement.agentAvailable: false',
      '     2  screen: clear',
      '     2  ring: accepted',
      '     2  serve: agent-closed',
      '1 mail not played, as it answers another mail of the folder (2.eml).',
      '1 mail not played, as it stands there twice (inside/3.eml).',
      expect.stringMatching(/^5\.eml cannot be read: /),
      '',
    ]);
  });

  it('prints one JSON document for a program', async () => {
    const { live, draft, mails } = aWeek(greeting, week);
    const ran = await runFlow(['backtest', live, draft, '--mails', mails, '--answers', 'accepted', '--json']);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({
      mails: 2,
      same: 1,
      different: 1,
      cancelled: false,
      joined: ['2.eml'],
      duplicates: ['inside/3.eml'],
      nodes: [{ node: 'tag-intent', mails: 1, differences: [{ what: 'tags', mails: ['1.eml'] }] }],
    });
  });

  it('answers 0 when nothing differs, and 1 when answers are missing', async () => {
    const { live, draft, mails } = aWeek(text, { '1.eml': eml('Hello', 'one') });
    expect(await runFlow(['backtest', live, draft, '--mails', mails, '--answers', 'accepted'])).toMatchObject({
      code: 0,
    });
    const { code, out } = await runFlow(['backtest', live, draft, '--mails', mails]);
    expect(code).toBe(1);
    expect(out).toContain('1 mail played: 1 the same, 1 of them only as far as answers go, 0 otherwise.');
    expect(out).toContain('draft: no answer is given for "screen" (visit 1)');
  });

  it('takes answers, facts and settings that are given, and names what it was told of all mails', async () => {
    const { live, draft, mails } = aWeek(greeting, { '1.eml': eml('Hello', 'one') });
    const settings = join(folderWith({ 'settings.json': '{ "group": "day-desk" }' }), 'settings.json');
    const words = ['--answer', 'screen=clear', '--answer', 'ring=missed,timeout', '--answer', 'triage=accepted by ana'];
    const more = [
      '--fact',
      'engagement.agentAvailable=false',
      '--settings',
      settings,
      '--answers',
      'accepted',
      '--json',
    ];
    const { out } = await runFlow(['backtest', live, draft, '--mails', mails, ...words, ...more]);
    const { assumed } = JSON.parse(out) as { assumed: { what: string }[] };
    expect(assumed.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['engagement.agentAvailable: false', 'ring: timeout', 'triage: accepted by ana']),
    );
  });

  it('shows both stories of one mail', async () => {
    const { live, draft, mails } = aWeek(greeting, week);
    const options = ['--mails', mails, '--answers', 'accepted', '--trace', '1.eml'];
    const { code, out } = await runFlow(['backtest', live, draft, ...options]);
    expect(code).toBe(1);
    expect(out).toMatch(/^Live\n[^]*tags: none[^]*\nDraft\n[^]*tags: billing[^]*They part at "tag-intent"\.\n/);
    const json = await runFlow(['backtest', live, draft, ...options, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({
      mail: '1.eml',
      divergence: { node: 'tag-intent' },
      live: { state: { tags: [] } },
      draft: { state: { tags: ['billing'] } },
    });
  });

  it.each<[string, string[], string]>([
    ['no folder', [], '--mails FOLDER is needed.'],
    ['a folder that is not there', ['--mails', '/nowhere/at/all'], 'The folder /nowhere/at/all cannot be read'],
    ['a folder without mails', ['--mails', __dirname], 'holds no mails'],
    ['an assumption that is none', ['--mails', 'M', '--answers', 'maybe'], '--answers cannot be "maybe".'],
    ['a node that no flow has', ['--mails', 'M', '--answer', 'rign=accepted'], 'No flow has a node "rign".'],
    ['an answer that cannot be read', ['--mails', 'M', '--answer', 'ring=Yes!'], 'cannot be read.'],
    ['a fact that is none', ['--mails', 'M', '--fact', 'contact.knwon=true'], 'there is no such fact'],
    ['a setting that no flow has', ['--mails', 'M', '--setting', 'gruop=x'], 'No flow has a setting "gruop".'],
    ['a mail that is not there', ['--mails', 'M', '--trace', 'none.eml'], 'holds no mail "none.eml"'],
  ])('refuses %s with exit code 2', async (_what, options, sentence) => {
    const { live, draft, mails } = aWeek(text, { '1.eml': eml('Hello', 'one') });
    const words = options.map((word) => (word === 'M' ? mails : word));
    const ran = await runFlow(['backtest', live, draft, ...words]);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain(sentence);
  });

  it('tells how far it is only where somebody looks, and ends cleanly when it is interrupted', async () => {
    const { live, draft, mails } = aWeek(greeting, week);
    const said: string[] = [];
    let [out, listening] = ['', 0];
    const code = await flow(['backtest', live, draft, '--mails', mails, '--answers', 'accepted', '--json'], {
      out: (text) => void (out += text),
      err: () => undefined,
      stdin: Readable.from([]),
      colours: false,
      progress: (text) => void said.push(text),
      onInterrupt(cancel) {
        listening += 1;
        cancel();
        return () => void (listening -= 1);
      },
    });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ cancelled: true, mails: 0 });
    expect([said.at(-1), listening]).toEqual(['', 0]);
  });

  it('explains itself with examples', async () => {
    const { code, out } = await runFlow(['backtest', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Examples:\n  ringpost flow backtest support.json draft.json --mails last-week/');
  });
});
