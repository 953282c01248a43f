import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { anEmail, mailFor, sendMail } from '../support/customer';
import { found } from '../support/found';
import { startProduct, type Product } from '../support/product';

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string }[];
  requestBody?: object;
  security: Record<string, string[]>[];
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: { session: { name: string } } };
}

/** Values by name, for path, query or body; what an answer holds is known from the document alone. */
type Values = Record<string, unknown>;
// The answers are JSON that only the document describes.
type Call = (operationId: string, values?: Values) => Promise<any>; // oxlint-disable-line typescript/no-explicit-any

/** A stranger's client: it knows what runtime.json and the document say, and no address, header or method by heart. */
async function aStranger(dataDir: string, who: 'ann' | 'bob' | 'sam'): Promise<Call> {
  const runtime = JSON.parse(await readFile(join(dataDir, 'runtime.json'), 'utf8')) as Product['runtime'];
  const document = (await (await fetch(runtime.openapi)).json()) as Document;
  const operations = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [operation.operationId, { path, method, operation }] as const,
      ),
    ),
  );
  const credentials: Record<string, string> = {};

  const call: Call = async (operationId, values = {}) => {
    const { path, method, operation } = operations.get(operationId) ?? { path: '', method: '', operation: null };
    if (!operation) throw new Error(`The document has no operation ${operationId}.`);
    const named = (where: string): string[] =>
      (operation.parameters ?? []).filter((each) => each.in === where).map(({ name }) => name);
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
    const query = new URLSearchParams();
    for (const name of named('query')) if (name in values) query.set(name, String(values[name]));
    const elsewhere = [...named('path'), ...named('query')];
    const body = Object.fromEntries(Object.entries(values).filter(([name]) => !elsewhere.includes(name)));
    const answer = await fetch(`${runtime.api}${filled}${query.size > 0 ? `?${query.toString()}` : ''}`, {
      method: method.toUpperCase(),
      headers: { ...credentials, ...(operation.requestBody ? { 'content-type': 'application/json' } : {}) },
      ...(operation.requestBody ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${operationId}: ${answer.status} ${await answer.text()}`);
    const session = answer.headers
      .getSetCookie()
      .find((each) => each.startsWith(document.components.securitySchemes.session.name));
    if (session) credentials['cookie'] = session.split(';')[0] ?? '';
    if (answer.headers.get('content-type')?.includes('json')) return answer.json();
    return answer.text();
  };

  const signIn = runtime.demo?.signIns.find(({ id }) => id === who);
  const { csrf } = await call('signIn', { email: signIn?.email, password: signIn?.password });
  credentials['x-csrf-token'] = csrf;
  return call;
}

describe('a script that knows runtime.json and the document', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product?.remove());

  test('plays the whole story: mail, ring, accept, reply, note, close, ledger, trace', async () => {
    const ann = await aStranger(product.dataDir, 'ann');
    expect((await ann('setPresence', { word: 'available' })).word).toBe('available');
    expect((await ann('heartbeat')).leaseUntil).not.toBeNull();

    const mail = anEmail({ subject: 'Invoice 17', text: 'Where is it?' });
    expect((await sendMail(product, mail)).code).toBe(250);
    const offer = await found('the offer', async () => (await ann('listOffers')).items[0] ?? null);
    expect(offer.subject).toBe('Invoice 17');
    expect((await ann('acceptOffer', { id: offer.id })).outcome).toBe('done');

    const { enquiry: id } = offer;
    const enquiry = await ann('readEnquiry', { id });
    expect(enquiry).toMatchObject({ status: 'ongoing', assignee: 'ann', number: offer.number });
    const { items: messages } = await ann('listMessages', { id, limit: 10 });
    expect(messages[0]).toMatchObject({ direction: 'in', text: expect.stringContaining('Where is it?') });
    expect(await ann('readRawMessage', { id: messages[0].id }).catch(String)).toContain('wrong-role');
    const sam = await aStranger(product.dataDir, 'sam');
    expect(await sam('readRawMessage', { id: messages[0].id })).toMatch(/^Received: from /);

    await ann('note', { id, text: 'She called as well.' });
    const { detail } = await ann('reply', { id, text: 'Here it comes.' });
    const sent = async () => (await ann('readOutboxMail', { id: detail.outbox })).state === 'sent';
    await found('the reply to be sent', async () => ((await sent()) ? true : null), 60_000);
    const reply = await mailFor(product, mail.from, (each) => each.text.includes('Here it comes.'));
    expect(reply.inReplyTo).toBe(mail.messageId);

    await ann('close', { id, disposition: 'solved' });
    expect(await ann('readEnquiry', { id })).toMatchObject({ status: 'closed', disposition: 'solved' });
    const [entry] = (await ann('listLedger', { messageId: mail.messageId })).items;
    expect(await ann('readLedgerEntry', { id: entry.id })).toMatchObject({ verdict: 'started', enquiry: id });
    const { tales } = await ann('trace', { word: String(enquiry.number) });
    const told = tales[0].lines.map((each: { sentence: string }) => each.sentence).join('\n');
    for (const part of ['Verdict started', 'accepted', 'The mail server answered', 'Now: closed']) {
      expect(told).toContain(part);
    }
    await ann('signOut');
    await expect(ann('listOffers')).rejects.toThrow('not-signed-in');
  });
});
