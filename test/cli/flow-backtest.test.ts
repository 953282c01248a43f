import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ringpost, type CommandResult } from '../support/command';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptAtOneOf, close, enquiryWhen, type EnquiryPage } from '../support/desk-work';

jest.setTimeout(300_000);

describe('ringpost flow backtest against a running Ringpost', () => {
  let desk: DemoDesk;
  let folder: string;
  let draft: string;
  let enquiry: EnquiryPage;
  let flow: string;
  beforeAll(async () => {
    desk = await startDemoDesk();
    folder = await mkdtemp(join(tmpdir(), 'ringpost-backtest-'));
    const made = await desk.admin.post<{ token: string }>('/v1/tokens', {
      name: 'ci',
      scopes: ['read', 'settings'],
      expiresInDays: 1,
    });
    await writeFile(join(folder, 'token'), made.token);
    const { id } = await desk.write({ to: 'support@localhost', subject: 'Where is my parcel?' });
    const agent = await acceptAtOneOf([desk.ann, desk.bob], id);
    await close(agent, id, { notify: true });
    enquiry = await enquiryWhen(desk.admin, id, 'closed', ({ status }) => status === 'closed');
    flow = enquiry.flow.id;
    const { text } = await desk.admin.get<{ text: string }>(`/v1/flows/${flow}/revisions/${enquiry.flow.revision}`);
    draft = join(folder, 'draft.json');
    await writeFile(draft, text.replace('"refund"', '"parcel"'));
    expect(await readFile(draft, 'utf8')).toContain('"parcel"');
  });
  afterAll(async () => {
    await desk?.product.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const call = (...words: string[]): Promise<CommandResult> =>
    ringpost(['flow', ...words, '--server', desk.product.runtime.api, '--token-file', join(folder, 'token')]);

  test.each([
    ['its channel', () => 'support'],
    ['its flow', () => flow],
  ])('prints both stories of a mail that goes another way, of %s', async (_what, of) => {
    const { code, out, err } = await call('backtest', draft, '--of', of(), '--trace', String(enquiry.number));
    expect({ code, err: err.replace(/.*\r/g, '') }).toEqual({ code: 1, err: '' });
    const [live = '', other = ''] = out.split(/^Draft$/m);
    expect(live).toMatch(/^Live$/m);
    for (const story of [live, other])
      expect(story).toMatch(/closed: resolved; sent: support-received, enquiry-closed/);
    expect(out).toMatch(/They part at "tag-intent"\.\n {2}tags: none ⇒ billing/);
  });

  test('counts it in the table, and tells which mails they are', async () => {
    const { code, out } = await call('backtest', draft, '--of', 'support');
    expect(code).toBe(1);
    expect(out).toContain('tag-intent: 1 mail');
    expect(out).toContain(String(enquiry.number));
  });

  test('keeps the enquiry as a test by its number, and says so where there is none', async () => {
    const kept = await call('save-test', String(enquiry.number), '--title', 'a parcel', '--show');
    expect(kept).toMatchObject({ code: 0, out: expect.stringContaining('"title": "a parcel"') });
    const none = await call('save-test', '99999', '--title', 'a parcel');
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('There is no enquiry "99999"') });
    const mail = await call('backtest', draft, '--of', 'support', '--trace', '99999');
    expect(mail).toMatchObject({ code: 2, err: expect.stringContaining('"99999"') });
    const nowhere = await call('backtest', draft, '--of', 'nowhere');
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('There is no channel "nowhere"') });
  });
});
