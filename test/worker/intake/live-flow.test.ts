import { revisionFor } from '../../../flows';
import { aDelivery, aDesk, aMail, closeParser, type Desk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await aDesk();
  const { store } = desk;
  const live = (await store.flows.revision('support-flow', 1))?.text ?? '';
  const at = new Date();
  for (const title of ['Second', 'Third']) {
    const text = live.replace('"title":"support-flow"', `"title":"${title}"`);
    await store.flows.publish('support-flow', { text, by: 'admin', at, message: title });
  }
});
afterAll(async () => {
  await desk.close();
  await closeParser();
});

/** Lets mails of strangers in; the enquiries they began. */
async function enquiries(count: number) {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const raw = aMail({ from: `Sam <sam-${Math.random().toString(36).slice(2)}@elsewhere.test>` });
    const settled = await desk.intake.offer(aDelivery(raw));
    ids.push(settled.enquiry ?? '');
  }
  return desk.store.enquiries.getMany(ids);
}

test('new enquiries begin with the canary by the hash of their id, and all others with the live revision', async () => {
  const flow = { id: 'support-flow', revision: 1, canary: { revision: 2, percent: 50, since: new Date() } };
  await desk.store.channels.change('support', { flow });
  const begun = await enquiries(30);
  for (const { _id, flow: pinned } of begun) expect(pinned.revision).toBe(revisionFor(flow, _id));
  expect(new Set(begun.map(({ flow: pinned }) => pinned.revision))).toEqual(new Set([1, 2]));
  expect(begun.every(({ flow: pinned }) => pinned.sha256 !== '')).toBe(true);
});

test('what begins with the live revision while a shadow is set is noted for it, once, and nothing else is', async () => {
  const { store } = desk;
  await store.channels.change('support', {
    flow: { id: 'support-flow', revision: 1, shadow: { revision: 3, since: new Date() } },
  });
  const begun = await enquiries(3);
  const noted = await store.shadowRuns.of('support', 3);
  expect(noted.map(({ enquiry }) => enquiry).toSorted()).toEqual(begun.map(({ _id }) => _id).toSorted());
  expect(noted[0]).toMatchObject({ live: 1, shadow: 3, finished: false, flow: 'support-flow' });
  await store.channels.change('support', { flow: { id: 'support-flow', revision: 1 } });
  await enquiries(2);
  expect(await store.shadowRuns.of('support', 3)).toHaveLength(3);
});
