import { anEnquiry } from '../support/mails-of-work';
import { found } from '../support/found';
import { startDesk, type Ask, type Desk } from './desk';

/** Knows nothing but the document: finds the address of an operation, fills its path, asks. */
function byDocument(desk: Desk, ask: Ask) {
  const paths = desk.document['paths'] as Record<string, Record<string, { operationId: string }>>;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, { path, method }] as const),
  );
  const known = new Map(operations);
  return async (operationId: string, values: Record<string, string> = {}, body?: unknown) => {
    const operation = known.get(operationId);
    if (!operation) throw new Error(`The document has no operation ${operationId}.`);
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
    const answer = await ask(operation.method, path, body === undefined ? {} : { body });
    if (answer.status >= 400) throw new Error(`${operationId}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
}

describe('the whole story, played by a script that knows only the document', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await startDesk();
  });
  afterAll(() => desk.stop());

  test('ring, accept, read, reply, note, transfer, accept there, close, ledger, trace', async () => {
    const { work } = desk;
    const id = await anEnquiry(work, { subject: 'Invoice 17', text: 'Where is it?' });
    const scripts = { ann: byDocument(desk, await desk.as('ann')), bob: byDocument(desk, await desk.as('bob')) };

    const { who, offer } = await found('an offer', async () => {
      for (const who of ['ann', 'bob'] as const) {
        const [offer] = (await scripts[who]('listOffers')).items;
        if (offer) return { who, offer };
      }
      return null;
    });
    expect(offer).toMatchObject({ enquiry: id, subject: 'Invoice 17', broadcast: false });
    const [mine, other] = who === 'ann' ? [scripts.ann, scripts.bob] : [scripts.bob, scripts.ann];
    const colleague = who === 'ann' ? 'bob' : 'ann';

    expect(await mine('acceptOffer', { id: offer.id })).toMatchObject({ outcome: 'done' });
    expect(await mine('readEnquiry', { id })).toMatchObject({ status: 'ongoing', assignee: who, tags: ['billing'] });
    const [message] = (await mine('listMessages', { id })).items;
    expect(message).toMatchObject({ direction: 'in', text: 'Where is it?', from: { address: 'mia@customers.test' } });

    const draft = await mine('readDraft', { id });
    expect(draft).toMatchObject({ to: ['mia@customers.test'], cc: [], subject: 'Re: Invoice 17' });
    const replied = await mine('reply', { id }, { text: 'Here it comes.' });
    const sent = await found('the reply to be sent', async () => {
      const mail = await mine('readOutboxMail', { id: replied.detail.outbox });
      return mail.state === 'sent' ? mail : null;
    });
    expect(sent).toMatchObject({ kind: 'reply', author: who, to: ['mia@customers.test'] });
    expect((await work.sent()).some((mail) => mail.includes('Here it comes.'))).toBe(true);

    await mine('note', { id }, { text: 'She called as well.' });
    await mine('transfer', { id }, { to: { agent: colleague }, note: 'Yours now.' });
    const second = await found('the offer of the transfer', async () => (await other('listOffers')).items[0] ?? null);
    await other('acceptOffer', { id: second.id });
    expect(await other('readEnquiry', { id })).toMatchObject({ assignee: colleague });
    const notes = (await other('listMessages', { id })).items.filter(
      (each: { direction: string }) => each.direction === 'note',
    );
    expect(notes.map((each: { text: string; author: string }) => [each.author, each.text])).toEqual([
      [who, 'She called as well.'],
      [who, 'Yours now.'],
    ]);

    await other('close', { id }, { disposition: 'solved', notify: true });
    expect(await other('readEnquiry', { id })).toMatchObject({ status: 'closed', disposition: 'solved' });
    const { items: steps } = await other('readTimeline', { id });
    const told = steps.map((each: { sentence: string }) => each.sentence).join('\n');
    expect(told).toMatch(/At "ring" \(ring\)/);
    expect(told).toContain('An agent accepted');
    const { items: decisions } = await other('listDecisions', { id });
    expect(decisions[0].sentence).toMatch(/^Why: chosen (Ann|Bob) \((ann|bob)\) \(.+\); not /);
    expect(decisions[0]).toMatchObject({ flow: { id: 'support-desk', revision: 1 }, strategy: expect.any(String) });
    expect(decisions[0].sentence).toContain('by revision 1 of flow "support-desk"');
    expect((await other('listLedger')).items).toEqual([]);
    const number = (await other('readEnquiry', { id })).number;
    const trace = await byDocument(desk, (method, path, asked) => scriptAsk(method, `${path}?word=${number}`, asked))(
      'trace',
    );
    expect(trace.tales[0].lines.map((each: { sentence: string }) => each.sentence).join('\n')).toContain('closed');

    async function scriptAsk(method: string, path: string, asked?: Parameters<Ask>[2]) {
      return (await desk.as(colleague))(method, path, asked);
    }
  });

  test('who waits in line is told his place, until when, and why nobody has it', async () => {
    const { work } = desk;
    const ann = await desk.as('ann');
    for (const agent of ['ann', 'bob']) {
      const { name } = (await work.store.agents.get(agent)) ?? { name: agent };
      await work.store.agents.save({ id: agent, name, capacity: 0 }, new Date());
    }
    const ids: string[] = [];
    for (const number of [901, 902]) {
      const id = await anEnquiry(work, { from: `line${number}@customers.test`, number });
      ids.push(id);
      await found('it to wait in line', async () =>
        (await work.store.lines.get(id))?.state === 'waiting' ? id : null,
      );
    }
    const waiting = await found('both recorded', async () => {
      const answers = await Promise.all(ids.map(async (id) => (await ann('GET', `/v1/enquiries/${id}`)).body.waiting));
      return answers.every(Boolean) ? answers : null;
    });
    expect(waiting.map(({ position, length }) => [position, length])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(waiting[0]).toMatchObject({
      for: { group: 'support' },
      why: expect.stringMatching(/nobody was chosen; not .*full/),
    });
    expect(Date.parse(waiting[0].until)).toBeGreaterThan(Date.now());
  });
});
