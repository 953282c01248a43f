import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { anEmail, deliver, mailFor, mailsFor } from '../support/customer';
import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { enquiryOf, reply } from '../support/desk-work';
import { found } from '../support/found';
import { serverPids } from '../support/server-pids';

jest.setTimeout(300_000);

/** Until the clock is started again (30 s), and has started the senders again (its first look). */
const AGAIN_MS = 120_000;

describe('Temporal dies and its file is lost, while Ringpost runs', () => {
  let desk: DemoDesk;
  beforeAll(async () => {
    desk = await startDemoDesk();
  });
  afterAll(() => desk?.product.remove());

  test('mail is taken and rings again, answers leave once, and nobody has to start anything', async () => {
    const { product, admin } = desk;
    const served = await desk.served();
    const before = serverPids(product.dataDir).temporal;
    process.kill(before ?? 0, 'SIGKILL');
    const files = (await readdir(product.dataDir)).filter((each) => each.startsWith('temporal.db'));
    expect(files).toContain('temporal.db');
    await Promise.all(files.map((each) => rm(join(product.dataDir, each))));
    await found('another Temporal', () => {
      const now = serverPids(product.dataDir).temporal;
      return now !== null && now !== before ? now : null;
    });

    const mail = anEmail({ subject: 'After the loss' });
    expect(await deliver(product, mail)).toMatchObject({ code: 250 });
    await enquiryOf(admin, mail, 'ringing');
    await reply(served.agent, served.id, 'We are still here.');
    const left = (address: string, fits: string) =>
      found(
        `"${fits}" to ${address}`,
        async () => (await mailsFor(product, address)).find((each) => each.text.includes(fits)) ?? null,
        AGAIN_MS,
      );
    await left(served.mail.from, 'We are still here.');
    await mailFor(product, mail.from, (each) => each.autoSubmitted === 'auto-replied');
    // Once each: the first auto-reply, the answer; the second auto-reply.
    expect(await mailsFor(product, served.mail.from)).toHaveLength(2);
    expect(await mailsFor(product, mail.from)).toHaveLength(1);
    const ready = await fetch(`${product.runtime.api}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([200, expect.not.stringContaining('"ok":false,"needed":true')]);
    expect(product.ending()).toBeNull();
  });
});
