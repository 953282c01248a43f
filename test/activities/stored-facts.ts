/** What activities are called with beside the effect, made from an enquiry that stands in the store. */
import { step } from '../../flows';
import flow from '../../flows/examples/support-desk.json';
import type { Flow } from '../../flows/flow';
import type { Work } from '../support/work';

/** The facts that travel with an evaluation. */
export async function factsOf(work: Work, id: string) {
  return {
    at: Date.now(),
    timezone: 'UTC',
    calendar: null,
    channelId: 'support',
    message: await firstFacts(work, id),
    vars: {},
    settings: {},
    enquiry: { id, tags: [], priority: 0, awaiting: 'agent', reopened: false, disposition: '' },
    group: 'support',
  };
}

/** A state as a run would record it. */
export async function stateOf(work: Work, id: string) {
  const message = await firstFacts(work, id);
  const start = { type: 'start', at: 1, enquiryId: id, channelId: 'support', message } as const;
  return step(flow as unknown as Flow, {}, null, start).state;
}

/** A delivery that stands as `joined` with a mail of the enquiry, whose message is `m-<id>-of-ledger`. */
export async function deliveryOf({ store }: Work, id: string): Promise<string> {
  const _id = `smtp:support:${id}`;
  const envelope = { from: null, to: [], ip: null, helo: null, tls: false };
  const source = { kind: 'smtp', server: '127.0.0.1', envelope } as const;
  const receivedAt = new Date();
  const { entry } = await store.ledger.offer({ _id, channel: 'support', source, blob: 'x', bytes: 1, receivedAt });
  const joined = { verdict: 'joined', reason: null, enquiry: id, message: `m-${id}-of-ledger` } as const;
  await store.ledger.settle(entry, joined, new Date());
  const message = await store.messages.get(`m-${id}`);
  if (!message) throw new Error('no message');
  await store.messages.insert({ ...message, _id: `${message._id}-of-ledger`, ledger: _id });
  return _id;
}

async function firstFacts({ store }: Work, id: string) {
  const found = (await store.messages.get(`m-${id}`))?.facts;
  if (!found) throw new Error('no facts');
  return found;
}
