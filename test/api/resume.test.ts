import type { Flow } from '../../flows/flow';
import { found } from '../support/found';
import { anEnquiry } from '../support/mails-of-work';
import { startDesk, type Ask, type Desk } from './desk';

/** It passes the mail on, and stops where it would ask a connection that is not there. */
const stops: Flow = {
  $schema: 'https://ringpost.dev/schema/flow-1.json',
  id: 'stops',
  title: 'Stops',
  start: 'look',
  onTaken: 'hold',
  onClosed: 'end',
  nodes: {
    look: {
      type: 'switch',
      cases: [{ when: { contains: [{ var: 'message.subject' }, 'order'] }, next: 'pass-on' }],
      default: 'pass-on',
    },
    'pass-on': { type: 'forward', to: ['returns@supplier.test'], next: 'ask' },
    ask: {
      type: 'webhook',
      connection: 'gone',
      request: { method: 'GET', path: '/' },
      next: { done: 'hold' },
    } as never,
    hold: { type: 'wait', timeout: '1d', next: { timeout: 'end' } },
    end: { type: 'close', reason: 'done', notify: false },
  },
};

describe('an enquiry that is parked', () => {
  let desk: Desk;
  let sue: Ask;
  let id: string;
  beforeAll(async () => {
    desk = await startDesk();
    sue = await desk.as('sue');
    const { store } = desk.work;
    const [text, now] = [JSON.stringify(stops), new Date()];
    await store.flows.saveDraft({ id: 'stops', title: 'Stops', text, by: 'ada', now });
    const revision = await store.flows.publish('stops', { text, by: 'ada', at: now, message: 'for a test' });
    await store.channels.change('support', { flow: { id: 'stops', revision: revision?.revision ?? 0 } });
    await desk.aUser({ id: 'sam', role: 'supervisor', groups: [], channels: ['support'] });
    sue = await desk.as('sam');
    id = await anEnquiry(desk.work);
    await found('the stop', async () => ((await store.enquiries.get(id))?.status === 'parked' ? true : null));
  });
  afterAll(() => desk.stop());

  const resume = (who: Ask, body: object) => who('POST', `/v1/enquiries/${id}/resume`, { body });

  test('says where it stopped and why, and those who look after it are told', async () => {
    const { body } = await sue('GET', `/v1/enquiries/${id}`);
    expect(body).toMatchObject({ status: 'parked', node: 'ask' });
    expect(body.awaited.what).toMatch(/^Parked for a supervisor: .* at "ask"/);
    const ada = await desk.as('ada');
    const { items } = (await ada('GET', '/v1/notices')).body;
    expect(items).toMatchObject([
      { sort: 'parked', enquiry: id, text: expect.stringContaining('Parked for a supervisor') },
    ]);
  });

  test('is let go on by supervisors only, at nodes there are, and not so that a mail goes twice unnoticed', async () => {
    expect((await resume(await desk.as('ann'), { node: 'hold' })).status).toBe(403);
    expect((await resume(sue, { node: 'nowhere' })).body.code).toBe('node-unknown');
    expect((await resume(sue, { node: 'look' })).body.code).toBe('would-mail-again');
    expect(await desk.work.store.outbox.ofEnquiry(id)).toHaveLength(1);
    expect((await resume(sue, { node: 'look', mailAgain: true })).status).toBe(200);
    await found('the second mail', async () =>
      (await desk.work.store.outbox.ofEnquiry(id)).length === 2 ? true : null,
    );
    await found('the stop', async () => ((await desk.work.store.enquiries.get(id))?.status === 'parked' ? true : null));
    expect((await resume(sue, { node: 'hold' })).status).toBe(200);
    expect((await sue('GET', `/v1/enquiries/${id}`)).body).toMatchObject({ status: 'missed', node: 'hold' });
  });

  test('keeps who let it go on, in its timeline and in the audit', async () => {
    const { items } = (await sue('GET', `/v1/enquiries/${id}/timeline`)).body;
    const lines = items.map(({ line }: { line: string }) => line);
    expect(lines).toContain('A supervisor let it go on at "hold". (sam)');
    expect(lines).toContain('A condition held. case 1 → pass-on');
    const audit = (await (await desk.as('ada'))('GET', '/v1/audit')).body.items;
    const resumed = audit.filter(({ what }: { what: string }) => what === 'enquiry.resume');
    expect(resumed.map(({ who, about, after }: Record<string, unknown>) => ({ who, about, after }))).toEqual([
      { who: 'sam', about: id, after: { status: null, awaited: null, node: 'hold' } },
      { who: 'sam', about: id, after: { status: null, awaited: null, node: 'look' } },
    ]);
  });
});
