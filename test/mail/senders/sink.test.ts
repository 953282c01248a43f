import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendMail, type HandOver, type SendResult } from '../../../mail/senders';

const raw = Buffer.from('From: desk@x.test\r\nMessage-ID: <one@x.test>\r\n\r\nHello\r\n');

describe('the sink that keeps mail as files', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringpost-sink-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const send = (wish: Partial<HandOver> = {}, into = folder): Promise<SendResult> =>
    sendMail({
      server: { kind: 'sink', folder: into },
      envelope: { from: 'bounce@x.test', to: ['ann@y.test'] },
      raw,
      beforeFinalDot: async () => true,
      ...wish,
    });

  test('writes a mail with its envelope before it, and nothing else into the folder', async () => {
    const result = await send();
    const files = await readdir(folder);

    expect(result).toMatchObject({
      outcome: 'sent',
      phase: 'handed-over',
      code: 250,
      recipients: [{ state: 'accepted' }],
    });
    expect(files).toEqual([expect.stringMatching(/^[0-9a-f]{24}\.eml$/)]);
    expect(result.answer).toContain(files[0]);
    expect(await readFile(join(folder, files[0] ?? ''), 'utf8')).toBe(
      `Return-Path: <bounce@x.test>\r\nDelivered-To: ann@y.test\r\n${raw.toString()}`,
    );
  });

  test('shows a second hand-over of the same mail as a second file', async () => {
    await Promise.all([send(), send(), send()]);
    const files = (await readdir(folder)).sort();

    expect(files.map((name) => name.replace(/^[0-9a-f]+/, ''))).toEqual(['.2.eml', '.3.eml', '.eml']);
    expect(new Set(files.map((name) => name.slice(0, 24))).size).toBe(1);
  });

  test.each([
    ['false', async () => false],
    ['a rejection', () => Promise.reject(new Error('the store is away'))],
  ])('writes nothing when the hand-over answers %s', async (_what, beforeFinalDot) => {
    expect(await send({ beforeFinalDot })).toMatchObject({ outcome: 'dropped', recipients: [{ state: 'untried' }] });
    expect(await readdir(folder)).toEqual([]);
  });

  test('tries again when the folder cannot be written to', async () => {
    await writeFile(join(folder, 'file'), '');

    expect(await send({}, join(folder, 'file', 'below'))).toMatchObject({
      outcome: 'retry',
      recipients: [{ state: 'deferred' }],
    });
  });
});
