import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ringpost } from '../support/command';
import { anEmail, sendMail } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { enquiryOf, says } from '../support/desk-work';
import { found } from '../support/found';

jest.setTimeout(300_000);

describe('ringpost demo where other mail waits', () => {
  let desk: DemoDesk;
  beforeAll(async () => {
    desk = await startDemoDesk();
    for (const agent of [desk.ann, desk.bob]) await desk.admin.patch(`/v1/agents/${agent.id}`, { capacity: 2 });
  });
  afterAll(() => desk?.product.remove());

  const pages = async () => {
    const path = '/v1/enquiries?limit=200';
    const { items } = await desk.admin.get<{ items: { id: string; status: string; assignee: string | null }[] }>(path);
    return new Map(items.map((each) => [each.id, each]));
  };

  test('says what is in its way, follows its own mail, touches no other, and ends with 0', async () => {
    const { admin, product } = desk;
    for (const agent of [desk.ann, desk.bob]) await says(agent, 'away');
    const away = anEmail({ subject: 'Came while nobody was there' });
    await sendMail(product, away);
    await enquiryOf(admin, away, 'missed');
    for (const agent of [desk.ann, desk.bob]) await says(agent, 'available');
    const mails = Array.from({ length: 12 }, (_, at) => anEmail({ subject: `Before the demo ${at}` }));
    for (const mail of mails) await sendMail(product, mail);
    const others: string[] = [];
    for (const mail of [away, ...mails]) others.push((await enquiryOf(admin, mail)).id);
    await found('both to be full', async () => {
      const known = [...(await pages()).values()].map(({ status }) => status);
      const count = (status: string) => known.filter((each) => each === status).length;
      return count('ringing') === 4 && count('waiting') === 8 ? true : null;
    });

    const { code, out, err } = await ringpost(['demo', '--data', product.dataDir]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/does not ring: \d+ enquiries wait before it, ann has 2 of 2, bob has 2 of 2/);
    expect(out).toMatch(/Answered and closed all the same/);
    const record = JSON.parse(await readFile(join(product.dataDir, 'demo.json'), 'utf8'));
    expect(record.inItsWay).toEqual([expect.stringMatching(/^it did not ring, /)]);
    expect(record.received.map(({ what }: { what: string }) => what)).toEqual(['autoReply', 'reply', 'notice']);
    const left = await pages();
    expect(others.map((id) => left.get(id)?.assignee)).toEqual(others.map(() => null));
    expect(others.every((id) => left.get(id)?.status !== 'closed')).toBe(true);
  });

  test('lets its own mail go where automatic mail is held, and no other', async () => {
    await desk.sam.post('/v1/outbox/brake', { on: true, channel: 'support' });
    const mail = anEmail({ subject: 'Its auto-reply is held' });
    await sendMail(desk.product, mail);
    const { id } = await enquiryOf(desk.admin, mail);
    const { code, out, err } = await ringpost(['demo', '--data', desk.product.dataDir]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('A mail of it was held');
    const { items } = await desk.admin.get<{ items: { enquiry: string }[] }>('/v1/outbox?state=held');
    expect(items.map(({ enquiry }) => enquiry)).toEqual([id]);
  });
});
