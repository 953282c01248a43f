import { contentHash as contentHashOf } from '../../../mail/content-hash';
import { threadKeyId } from '../../../store/thread-keys';
import type { Delivery } from '../../../worker/intake/intake-ports';
import { createIntake, type Intake } from '../../../worker/intake/intake';
import { enquiryIdOf } from '../../../worker/intake/ids';
import { aChannel, aDelivery, aDesk, aMail, closeEnquiry, closeParser, countsOf, type Desk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await aDesk();
});
afterAll(async () => {
  await desk.close();
  await closeParser();
});

/** Intakes of several processes, in turns. */
function turn(intakes: Intake[], index: number): Intake {
  return intakes[index % intakes.length] ?? desk.intake;
}

/** Whoever names a mail finds the enquiry it came to, however the race for its keys went. */
async function leadsWhereItCame(mails: { mail: Delivery; enquiry: string | null | undefined }[]): Promise<void> {
  for (const { mail, enquiry } of mails) {
    const raw = 'raw' in mail.content ? mail.content.raw.toString() : '';
    const inReplyTo = /^Message-ID: (.*)$/m.exec(raw)?.[1]?.trim() ?? '';
    expect(await desk.intake.offer(aDelivery(aMail({ inReplyTo })))).toMatchObject({ verdict: 'joined', enquiry });
  }
}

const tally = (verdicts: string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const verdict of verdicts) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
};

test('the same delivery offered twenty times at once, by two processes, is one entry with twenty offers and one start', async () => {
  const delivery = aDelivery(aMail());
  const intakes = [desk.intake, desk.another(await desk.store.again())];

  const all = await Promise.all(Array.from({ length: 20 }, (_, index) => turn(intakes, index).offer(delivery)));

  expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(all[0]).toMatchObject({ verdict: 'started' });
  await desk.store.ledger.flush();
  expect(await desk.store.ledger.get(delivery.ledgerId)).toMatchObject({ offers: 20 });
  expect(await desk.store.enquiries.get(all[0]?.enquiry ?? '')).toMatchObject({ mail: [{ direction: 'in' }] });
});

test('the same mail by twenty relays at once, to two processes, starts one enquiry; nineteen are duplicates of it', async () => {
  const before = (await countsOf(desk)).open;
  const intakes = [desk.intake, desk.another(await desk.store.again())];
  const relays = Array.from({ length: 20 }, (_, index) =>
    aDelivery(
      aMail({
        relay: `relay-${index}`,
        subject: 'One',
        messageId: '<twenty@customers.test>',
        references: ['<unseen@customers.test>'],
      }),
    ),
  );

  const all = await Promise.all(relays.map((delivery, index) => turn(intakes, index).offer(delivery)));

  expect(tally(all.map((one) => one.verdict))).toEqual({ started: 1, duplicate: 19 });
  expect(new Set(all.map((one) => one.enquiry)).size).toBe(1);
  expect((await countsOf(desk)).open - before).toBe(1);
  const named = await desk.intake.offer(aDelivery(aMail({ inReplyTo: '<unseen@customers.test>' })));
  expect(named).toMatchObject({ verdict: 'joined', enquiry: all[0]?.enquiry });
});

/** Mails of one thread that come at the same moment; each names those before it. */
const threads: { title: string; names: (n: number, base: string) => { inReplyTo?: string; references?: string[] } }[] =
  [
    {
      title: 'each naming only the one before',
      names: (n, base) => ({ inReplyTo: `<${base}-${n - 1}@customers.test>` }),
    },
    {
      title: 'each naming all before it',
      names: (n, base) => ({
        references: Array.from({ length: n }, (_, index) => `<${base}-${index}@customers.test>`),
      }),
    },
    {
      title: 'all naming one that we never saw, in turning order',
      names: (n, base) => {
        const others = [`<${base}-unseen@customers.test>`, `<${base}-0@customers.test>`, `<${base}-1@customers.test>`];
        return {
          references: [...others.slice(n % 3), ...others.slice(0, n % 3)].filter(
            (id) => id !== `<${base}-${n}@customers.test>`,
          ),
        };
      },
    },
  ];

describe('mails of one thread that come at the same moment end in one enquiry', () => {
  test.each(threads)('$title', async ({ title, names }) => {
    const intakes = [desk.intake, desk.another(await desk.store.again())];
    for (let round = 0; round < 6; round += 1) {
      const base = `t${threads.findIndex((one) => one.title === title)}-${round}`;
      const mails = [0, 1, 2, 3].map((n) =>
        aDelivery(aMail({ messageId: `<${base}-${n}@customers.test>`, ...(n > 0 ? names(n, base) : {}) })),
      );
      // The answers go first, so that they claim what they name before it comes.
      const all = await Promise.all(mails.reverse().map((mail, index) => turn(intakes, index).offer(mail)));

      const ids = new Set(all.map((one) => one.enquiry));
      const verdicts = tally(all.map((one) => one.verdict));
      const [id] = ids;
      const enquiry = await desk.store.enquiries.get(id ?? '');
      // A mail that only names the one before may come when nothing is known of it: then both are linked, not merged.
      if (ids.size === 1) {
        expect(verdicts).toEqual({ started: 1, joined: 3 });
        expect(enquiry?.mail).toHaveLength(4);
      } else {
        expect(title).toBe('each naming only the one before');
        expect(ids.size).toBe(verdicts['started']);
      }
      expect((await countsOf(desk)).entries['unsettled']).toBeUndefined();
      await leadsWhereItCame(mails.map((mail, index) => ({ mail, enquiry: all[index]?.enquiry })));
    }
  });
});

test('two mails that each wait for what the other will start end in one enquiry, whoever looks first', async () => {
  for (let round = 0; round < 4; round += 1) {
    const ids = {
      a: `<ring-a-${round}@customers.test>`,
      b: `<ring-b-${round}@customers.test>`,
      x: `<ring-x-${round}@customers.test>`,
    };
    const a = aDelivery(aMail({ messageId: ids.a, references: [ids.x] }));
    const b = aDelivery(aMail({ messageId: ids.b, references: [ids.x, ids.a] }));
    // As two processes leave it that claimed in turns and died: each holds what the other names.
    for (const [mail, keys] of [
      [a, [[ids.a, false]]],
      [
        b,
        [
          [ids.b, false],
          [ids.x, true],
        ],
      ],
    ] as const) {
      if (!('raw' in mail.content)) throw new Error('a mail with bytes');
      const { sha256, bytes } = await desk.store.blobs.put(mail.content.raw);
      const receivedAt = new Date();
      await desk.store.ledger.offer({
        _id: mail.ledgerId,
        channel: 'support',
        source: mail.source,
        blob: sha256,
        bytes,
        receivedAt,
      });
      const contentHash = contentHashOf(await desk.ports.parser.parse(mail.content.raw));
      const claims = keys.map(([id, guess]) => ({
        _id: threadKeyId('support', id),
        guess,
        enquiry: enquiryIdOf(mail.ledgerId),
        by: mail.ledgerId,
        contentHash,
        v: 1,
      }));
      await desk.store.threadKeys.claim(claims);
    }
    const other = desk.another(await desk.store.again());

    const settled = await Promise.all([desk.intake.settle(a.ledgerId), other.settle(b.ledgerId)]);

    expect(tally(settled.map((one) => one.verdict))).toEqual({ started: 1, joined: 1 });
    expect(settled[0].enquiry).toBe(settled[1].enquiry);
    expect((await desk.store.enquiries.get(settled[0].enquiry ?? ''))?.mail).toHaveLength(2);
  }
});

test('a first mail and its answer at the same moment are one enquiry with two mails', async () => {
  const intakes = [desk.intake, desk.another(await desk.store.again())];
  for (let round = 0; round < 10; round += 1) {
    const first = aDelivery(aMail({ messageId: `<pair-${round}@customers.test>` }));
    const answer = aDelivery(
      aMail({ messageId: `<re-pair-${round}@customers.test>`, inReplyTo: `<pair-${round}@customers.test>` }),
    );
    const order = round % 2 === 0 ? [first, answer] : [answer, first];

    const all = await Promise.all(order.map((mail, index) => turn(intakes, index).offer(mail)));

    expect(tally(all.map((one) => one.verdict))).toEqual({ started: 1, joined: 1 });
    expect(all[0]?.enquiry).toBe(all[1]?.enquiry);
    expect((await desk.store.enquiries.get(all[0]?.enquiry ?? ''))?.mail).toHaveLength(2);
    await leadsWhereItCame(order.map((mail, index) => ({ mail, enquiry: all[index]?.enquiry })));
  }
});

test('answers that race to carry on a closed thread meet in one new enquiry, linked with the old', async () => {
  await aChannel(desk.store, { _id: 'anew', closedReply: 'newEnquiry' });
  const offer = (parts: object, relay = desk.intake) => relay.offer(aDelivery(aMail(parts), { channelId: 'anew' }));
  const old = await offer({ messageId: '<closed-1@customers.test>' });
  await offer({ messageId: '<closed-2@customers.test>', inReplyTo: '<closed-1@customers.test>' });
  await closeEnquiry(desk.store, old.enquiry ?? '');
  const other = desk.another(await desk.store.again());

  const all = await Promise.all([
    offer({ inReplyTo: '<closed-1@customers.test>' }),
    offer({ inReplyTo: '<closed-2@customers.test>' }, other),
    offer({ inReplyTo: '<closed-1@customers.test>' }, other),
    offer({ inReplyTo: '<closed-2@customers.test>' }),
  ]);

  expect(tally(all.map((one) => one.verdict))).toEqual({ started: 1, joined: 3 });
  const [id] = new Set(all.map((one) => one.enquiry));
  expect(new Set(all.map((one) => one.enquiry)).size).toBe(1);
  expect(await desk.store.enquiries.get(id ?? '')).toMatchObject({ links: [old.enquiry] });
  expect(await desk.store.enquiries.get(old.enquiry ?? '')).toMatchObject({ links: [id] });
});

test('a mail that has reached its enquiry stands as started, though another process kept it back meanwhile', async () => {
  const delivery = aDelivery(aMail({ from: 'late@blocked.test' }));
  const other = desk.another(await desk.store.again());
  const { store } = desk;
  const seen: string[] = [];
  const revision: Desk['store']['flows']['revision'] = async (...asked) => {
    // The blocklist has let it in. Before it claims its place the sender is blocked, and somebody else looks at the mail.
    if (seen.length === 0) {
      seen.push('asked');
      const blocked = { list: 'global', sender: 'late@blocked.test', reason: 'x', by: 'ann', at: new Date() };
      await store.blocklist.add([blocked]);
      seen.push((await other.offer(delivery)).verdict);
    }
    return store.flows.revision(...asked);
  };
  const slow = createIntake({ ...desk.ports, store: { ...store, flows: { ...store.flows, revision } } });

  expect(await slow.offer(delivery)).toMatchObject({ verdict: 'started' });
  expect(seen).toEqual(['asked', 'blocked']);
  await store.ledger.flush();
  expect(await store.ledger.get(delivery.ledgerId)).toMatchObject({
    verdict: 'started',
    history: [{ verdict: 'blocked' }],
  });
});
