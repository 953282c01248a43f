import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { inspectFiles } from '../../cli/mail-inspect';
import { temporaryFolder } from '../support/temporary-folder';
import { fixture, fixtureNames, fixturePath } from './fixture';

async function inspect(paths: string[], json = true, stdin?: Readable): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const code = await inspectFiles(paths, { json, out: (line) => lines.push(line), ...(stdin ? { stdin } : {}) });
  return { code, lines };
}

test('every file gives one JSON object on one line, in order', async () => {
  const names = fixtureNames();
  const { code, lines } = await inspect(names.map(fixturePath));
  expect(code).toBe(0);
  expect(lines.map((line) => JSON.parse(line).file)).toEqual(names.map(fixturePath));
  for (const line of lines) expect(line).not.toContain('\n');
});

test('the object tells what intake would make of the mail', async () => {
  const { lines } = await inspect([fixturePath('outlook-desktop-reply')]);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    kind: 'person',
    automatic: false,
    noAutoReply: true,
    from: [{ address: 'ann@customer.example', name: 'Ann Archer' }],
    to: [{ address: 'support@desk.example', name: 'Support' }],
    subject: 'RE: Printer',
    date: '2026-11-21T09:00:00.000Z',
    messageId: '<outlook-desktop-reply@customer.example>',
    messageIdDerived: false,
    threadKeys: [
      { step: 'in-reply-to', messageId: '<reply-2@desk.example>' },
      { step: 'references', messageId: '<printer@customer.example>' },
    ],
    newText: 'It still does not print.',
    attachments: [],
    warnings: [],
  });
});

test('files tell name, type and bytes', async () => {
  const { lines } = await inspect([fixturePath('outlook-mixed-related-alternative')]);
  expect(JSON.parse(lines[0] ?? '').attachments).toEqual([
    expect.objectContaining({ name: 'image001.png', type: 'image/png', bytes: 70, inline: true }),
    expect.objectContaining({ name: 'offer.pdf', type: 'application/pdf', bytes: 69, inline: false }),
  ]);
});

test('a mail without Message-ID shows the one that is made for it', async () => {
  const { lines } = await inspect([fixturePath('message-id-missing')]);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    messageIdDerived: true,
    messageId: expect.stringMatching(/^<[0-9a-f]{40}@no-message-id\.invalid>$/),
  });
});

test('what cannot be read gives an error of its own, exit code 1, and stops nobody', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'empty.eml'), '');
  writeFileSync(join(folder, 'bytes.eml'), Buffer.from([0xff, 0xfe, 0, 1, 2]));
  const { code, lines } = await inspect([
    join(folder, 'missing.eml'),
    folder,
    join(folder, 'empty.eml'),
    join(folder, 'bytes.eml'),
    fixturePath('html-only'),
  ]);
  expect(code).toBe(1);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      file: join(folder, 'missing.eml'),
      reason: 'unreadable',
      error: 'The file cannot be read: there is no such file.',
    },
    { file: folder, reason: 'unreadable', error: 'The file cannot be read: it is a folder.' },
    { file: join(folder, 'empty.eml'), reason: 'empty', error: expect.stringContaining('no bytes') },
    { file: join(folder, 'bytes.eml'), reason: 'no-header', error: expect.stringContaining('not an email') },
    expect.objectContaining({ kind: 'person', subject: 'A question' }),
  ]);
});

test('a dash reads standard input', async () => {
  const { code, lines } = await inspect(['-'], true, Readable.from([fixture('koi8-r')]));
  expect(code).toBe(0);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ file: '-', subject: 'Заказ' });
});

test('people read sentences', async () => {
  const { lines } = await inspect(
    [fixturePath('bounce-postfix'), fixturePath('invitation-outlook'), 'nowhere.eml'],
    false,
  );
  const story = lines.join('\n');
  expect(story).toContain('Kind        bounce, automatic, never answered automatically');
  expect(story).toContain('Delivery    gone@remote.example  failed  5.1.1');
  expect(story).toContain('About       <sent-1@desk.example>');
  expect(story).toContain('Invitation  REQUEST  Visit, second floor');
  expect(story).toContain('nowhere.eml: The file cannot be read: there is no such file.');
});

test('a mail does not steer the terminal it is shown on', async () => {
  const { lines } = await inspect(
    ['-'],
    false,
    Readable.from([Buffer.from('Subject: a\x1b[2Jb\nFrom: x@y.example\n\n\x1b]0;title\x07red\x1b[31m')]),
  );
  expect(lines.join('')).not.toContain('\x1b');
});
