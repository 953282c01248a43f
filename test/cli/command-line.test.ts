import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture, fixturePath } from '../mail/fixture';
import { ringpost, startRingpost } from '../support/command';

describe('the command line', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringpost-cli-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([['--help'], ['-h'], ['help']])('%s shows every command, and that is no mistake', async (word) => {
    const { code, out, err } = await ringpost([word]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const each of ['start', 'demo', 'trace', 'mail inspect', 'user reset-password']) {
      expect(out).toContain(`ringpost ${each}`);
    }
  });

  test('without a word it shows the same, and says by its exit code that nothing was done', async () => {
    expect(await ringpost([])).toMatchObject({ code: 2, out: expect.stringContaining('ringpost start') });
  });

  test.each([['start'], ['demo'], ['trace'], ['mail inspect'], ['user reset-password']])(
    '%s --help shows how it is called, and does nothing',
    async (words) => {
      const { code, out } = await ringpost([...words.split(' '), '--help']);
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^ringpost ${words}`));
      expect(out.split('\n').length).toBeLessThanOrEqual(3);
    },
  );

  test('whose reader has read enough ends without a word', async () => {
    const { child, ended } = await startRingpost(['flow', '--help']);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 141, err: '' });
  });

  const wrong: [string, RegExp][] = [
    ['dance', /There is no command "dance"/],
    ['mail', /There is no command "mail"/],
    ['user reset', /There is no command "user reset"/],
    ['start everything', /"everything" is not a part of Ringpost; it is all, api, worker or intake/],
    ['start --dta somewhere', /"--dta" is not a part of Ringpost/],
    ['start --data', /--data needs a FOLDER/],
    ['demo --fast', /There is no option "--fast"/],
    ['demo now', /does not know "now"/],
    ['demo --data', /--data needs a FOLDER/],
    ['trace', /needs one WORD/],
    ['trace 17 18', /needs one WORD/],
    ['trace 17 --jsno', /There is no option "--jsno"/],
    ['mail inspect', /needs at least one FILE/],
    ['mail inspect --jsno a.eml', /There is no option "--jsno"/],
    ['user reset-password', /needs one EMAIL/],
    ['user reset-password --force ann@localhost', /There is no option "--force"/],
  ];
  test.each(wrong)(
    '"%s" is wrongly called: exit code 2, what is wrong, and how it is called',
    async (words, sentence) => {
      const { code, out, err } = await ringpost(words.split(' '));
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(sentence);
      expect(err).toContain('  ringpost ');
      expect(err).not.toMatch(/^\s+at /m);
    },
  );

  test.each([['demo'], ['trace 17'], ['user reset-password ann@localhost']])(
    '"%s" says what to do where no Ringpost was ever started',
    async (words) => {
      const { code, err } = await ringpost([...words.split(' '), '--data', join(folder, 'empty')]);
      expect(code).toBe(1);
      expect(err).toMatch(/^There is no .*runtime\.json\. Start Ringpost first \(npm start\)/);
    },
  );

  test('mail inspect gives one JSON object a line for files and standard input, and 1 when one is no mail', async () => {
    const missing = join(folder, 'missing.eml');
    const noMail = join(folder, 'no-mail.eml');
    await writeFile(noMail, Buffer.from([0xff, 0xfe, 0, 1, 2]));
    const words = ['mail', 'inspect', '--json', fixturePath('html-only'), missing, '-', noMail];
    const { code, out, err } = await ringpost(words, { input: fixture('koi8-r') });
    expect({ code, err }).toEqual({ code: 1, err: '' });
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ file: fixturePath('html-only'), kind: 'person' }),
      { file: missing, reason: 'unreadable', error: expect.stringContaining('no such file') },
      expect.objectContaining({ file: '-', subject: 'Заказ' }),
      expect.objectContaining({ file: noMail, reason: 'no-header' }),
    ]);
    expect(await ringpost(['mail', 'inspect', fixturePath('html-only'), '--json'])).toMatchObject({ code: 0 });
  });

  test('mail inspect reads empty standard input as what it is: no mail', async () => {
    const { code, out } = await ringpost(['mail', 'inspect', '-', '--json']);
    expect({ code, answer: JSON.parse(out) }).toMatchObject({ code: 1, answer: { file: '-', reason: 'empty' } });
  });
});
