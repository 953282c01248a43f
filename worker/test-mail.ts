import { randomUUID } from 'node:crypto';
import { composeMail } from '../mail/compose';
import { renderTemplate, variablesOf } from '../mail/template';
import { mintBounceToken, mintMessageId } from '../mail/thread-tokens';
import type { Store } from '../store';

/** A test of a template: what is sent, from which channel, to whom, by whom. */
export interface TestMail {
  channel: string;
  template: string;
  to: string;
  by: string;
}

/** Queues a test mail of a template, every place filled with its own name; gives the outbox id. */
export async function queueTestMail(ports: { store: Store; mailSecret: string }, test: TestMail): Promise<string> {
  const { store, mailSecret: secret } = ports;
  const [channel, template] = await Promise.all([store.channels.get(test.channel), store.templates.get(test.template)]);
  if (!channel || !template) throw new Error(`There is no channel ${test.channel} or no template ${test.template}.`);
  const outboxId = `test-${randomUUID()}`;
  const text = { ...template, text: template.text || null };
  const filled = renderTemplate(
    text,
    Object.fromEntries(variablesOf(text).map((name) => [name, { own: `[${name}]` }])),
  );
  const messageId = mintMessageId({
    domain: channel.address.split('@')[1] ?? 'localhost',
    enquiryId: outboxId,
    secret,
  });
  const queuedAt = new Date();
  const raw = await composeMail({
    messageId,
    date: queuedAt,
    from: { address: channel.address, name: channel.displayName || channel.name },
    to: [{ address: test.to }],
    subject: `[Test] ${filled.subject}`,
    preview: filled.preview,
    html: filled.html,
    text: filled.text,
  });
  const { sha256 } = await store.blobs.put(raw);
  await store.outbox.queue({
    _id: outboxId,
    enquiry: null,
    channel: channel._id,
    kind: 'test',
    author: test.by,
    message: null,
    messageId,
    envelope: {
      from: mintBounceToken({ address: channel.address, outboxId, secret }) ?? channel.address,
      to: [test.to],
    },
    blob: sha256,
    bytes: raw.length,
    digest: sha256,
    queuedAt,
    sendAfter: queuedAt,
    heldBecause: null,
  });
  store.hints.tell({ about: 'outbox', channel: channel._id });
  return outboxId;
}
