import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { ApiRefusal, signIn, type ApiClient } from './api-client';
import { takeDataFolder } from './data-folder';
import { closeLeftRuns, closeRun, forgetRun, noteRun } from './demo-left';
import { letOwnMailGo, whatIsInTheWay } from './demo-in-the-way';
import { awaitMail, type SinkMail } from './demo-sink';
import { readRuntimeFile, type DemoSignIn, type RuntimeFile } from './start/runtime-file';
import { optionsRefused, WrongUsage } from './wrong-usage';

const LIMIT_MS = 60_000;
/** On a desk with room it rings well within this. */
const RING_MS = 10_000;

interface LedgerPage {
  items: { id: string; verdict: string | null; reason: string | null; enquiry: string | null; kind: string | null }[];
}
interface EnquiryAnswer {
  id: string;
  number: number;
  status: string;
  tags: string[];
  run: { workflowId: string; runId: string; url: string | null } | null;
}
interface Offer {
  id: string;
  enquiry: string;
}

/** Where the story stands: what was done when, and what can be looked up afterwards. */
interface Story {
  runtime: RuntimeFile;
  say(sentence: string): void;
  customer: string;
  messageId: string;
  supervisor: ApiClient;
  agents: SignedIn[];
  /** What kept it from going as it does on an empty desk. */
  inItsWay: string[];
}

/** Not all of the story happened; the sentences say what did not, and where to look. */
class DemoEnded extends Error {
  override readonly name = 'DemoEnded';
  constructor({ runtime, customer }: Story, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const whereToLook =
      `The demo ends here; not all of it happened. ${runtime.api}/readyz tells how each part fares, ` +
      `"ringpost trace ${customer}" what became of the mail. What it left open the next demo closes.`;
    super(`${reason}\n${whereToLook}`, { cause });
  }
}

/** `ringpost demo`: plays one enquiry against the running system; exit code 0 only when all of it happened. */
export async function demo(args: string[]): Promise<number> {
  const { dataDir, rest } = takeDataFolder(args);
  if (optionsRefused(rest).length > 0) throw new WrongUsage(`ringpost demo does not know "${rest.join(' ')}".`);
  const runtime = await readRuntimeFile(dataDir);
  if (!runtime.demo)
    throw new Error('This Ringpost has no demo workspace: it was made at a first start on an empty folder only.');
  const path = join(dataDir, 'demo.json');
  // What an earlier demo left must not stand for one that fails.
  await rm(path, { force: true });
  const begun = performance.now();
  const say = (sentence: string): void => {
    const seconds = ((performance.now() - begun) / 1000).toFixed(2).padStart(6);
    process.stdout.write(`${seconds} s  ${sentence}\n`);
  };
  const id = randomUUID().slice(0, 8);
  const supervisor = await signInAs(runtime, signInOf(runtime, 'supervisor'));
  const agents = await signInAgents(runtime);
  const left = await closeLeftRuns(dataDir, supervisor);
  if (left > 0) say(`Closed what an aborted demo left open: ${left === 1 ? 'an enquiry' : `${left} enquiries`}`);
  const customer = `mia.${id}@customers.example`;
  const run = { id, pid: process.pid, customer, messageId: `<demo.${id}@customers.example>` };
  await noteRun(dataDir, run);
  const story: Story = { runtime, say, supervisor, agents, customer, messageId: run.messageId, inItsWay: [] };
  const stopped = onInterrupt(async () => {
    say('Stopped. Closing what was begun …');
    // What cannot be closed now the next demo closes.
    if (await closeRun(run, supervisor, { justSent: true })) await forgetRun(dataDir, run);
  });
  const record = await play(story)
    .catch((error: unknown) => {
      throw new DemoEnded(story, error);
    })
    .finally(stopped.forget);
  await forgetRun(dataDir, run);
  await writeFile(path, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  const happened =
    story.inItsWay.length === 0
      ? 'All of it happened'
      : `Answered and closed all the same. What was in its way: ${story.inItsWay.join('; ')}`;
  say(`${happened}. What to look up is in ${path}.`);
  return 0;
}

/** Tidies up at Ctrl-C and ends the process with 130, as shells expect it; a second one ends it at once. */
function onInterrupt(tidy: () => Promise<void>): { forget(): void } {
  const stop = (): void => {
    process.once('SIGINT', () => process.exit(130));
    tidy()
      .catch((error: unknown) => process.stderr.write(`The next demo closes it: ${String(error)}\n`))
      .finally(() => process.exit(130));
  };
  process.once('SIGINT', stop);
  return { forget: () => void process.off('SIGINT', stop) };
}

async function play(story: Story): Promise<object> {
  const { runtime, say, supervisor } = story;
  await sendCustomerMail(story);
  const entry = await verdictOf(story);
  const enquiry = entry.enquiry as string;
  const autoReply = await received(story, enquiry, { automatic: true, not: [] });
  say(`The customer has the auto-reply: "${autoReply.subject}"`);
  const agent = await takeInHand(story, enquiry);
  await agent.api.post(`/v1/enquiries/${enquiry}/replies`, {
    text: 'Dear Mia,\n\nthank you for asking. Invoice 4711 was sent again a minute ago.\n\nKind regards',
  });
  say('The answer is queued; it leaves after the time in which it can be taken back');
  const reply = await received(story, enquiry, { automatic: false, not: [autoReply.file] });
  say(`The customer has the answer: "${reply.subject}"`);
  await agent.api.post(`/v1/enquiries/${enquiry}/close`, { disposition: 'solved', notify: true });
  const notice = await received(story, enquiry, { automatic: true, not: [autoReply.file] });
  say(`Closed; the customer has the close notice: "${notice.subject}"`);
  const closed = await supervisor.get<EnquiryAnswer>(`/v1/enquiries/${enquiry}`);
  if (closed.status !== 'closed') throw new Error(`The enquiry should be closed and is ${closed.status}.`);
  say(`The run in the Temporal UI: ${closed.run?.url ?? runtime.temporal.ui}`);
  return recordOf(story, { entry, closed, mails: { autoReply, reply, notice }, agent: agent.who.id });
}

interface SignedIn {
  who: DemoSignIn;
  api: ApiClient;
}

function signInOf(runtime: RuntimeFile, role: string): DemoSignIn {
  const found = runtime.demo?.signIns.find((each) => each.role === role);
  if (!found) throw new Error(`The demo workspace has no ${role}.`);
  return found;
}

async function signInAs({ api }: RuntimeFile, who: DemoSignIn): Promise<ApiClient> {
  return signIn(api, who).catch((error: unknown) => {
    if (!(error instanceof ApiRefusal)) throw error;
    throw new Error(`${who.email} of the demo workspace cannot sign in: ${error.message}`, { cause: error });
  });
}

async function signInAgents(runtime: RuntimeFile): Promise<SignedIn[]> {
  const agents = runtime.demo?.signIns.filter((each) => each.role === 'agent') ?? [];
  return Promise.all(
    agents.map(async (who) => {
      const api = await signInAs(runtime, who);
      await api.put('/v1/presence', { word: 'available' });
      return { who, api };
    }),
  );
}

async function sendCustomerMail({ runtime, say, customer, messageId }: Story): Promise<void> {
  const transport = createTransport({ host: runtime.smtp.host, port: runtime.smtp.port, ignoreTLS: true });
  const mail = {
    from: `Mia Wong <${customer}>`,
    to: runtime.demo?.address ?? '',
    subject: 'Invoice 4711 has not come, it is urgent',
    text: 'Hello,\n\nI am still waiting for invoice 4711. Could you send it again?\n\nMia Wong',
    messageId,
  };
  const sent = await transport
    .sendMail(mail)
    .catch((cause: Error) => {
      const where = `${runtime.smtp.host}, port ${runtime.smtp.port}`;
      throw new Error(`The customer's mail was not taken by SMTP at ${where}: ${cause.message}`, { cause });
    })
    .finally(() => transport.close());
  say(`A mail of ${customer} was taken by SMTP: ${sent.response}`);
}

async function verdictOf({ supervisor, say, messageId }: Story): Promise<LedgerPage['items'][number]> {
  const entry = await until('the verdict of the ledger', async () => {
    const page = await supervisor.get<LedgerPage>(`/v1/ledger?messageId=${encodeURIComponent(messageId)}`);
    return page.items.find((each) => each.verdict !== null) ?? null;
  });
  if (entry.verdict !== 'started') throw new Error(`The ledger says ${entry.verdict}: ${entry.reason ?? 'no reason'}.`);
  say(`The ledger says: ${entry.verdict}, a mail of kind ${entry.kind ?? 'unknown'}`);
  return entry;
}

/** Who has it now: at whom it rang accepts it. Where other mail is in its way the supervisor gives it to an agent. */
async function takeInHand(story: Story, enquiry: string): Promise<SignedIn> {
  const { agents, supervisor, say } = story;
  const begun = Date.now();
  const { agent, offer, inItsWay } = await until('a ring', async () => {
    for (const one of agents) {
      const { items } = await one.api.get<{ items: Offer[] }>('/v1/offers');
      const rung = items.find((each) => each.enquiry === enquiry);
      if (rung) return { agent: one, offer: rung, inItsWay: null };
    }
    if (Date.now() < begun + RING_MS) return null;
    const ids = agents.map(({ who }) => who.id);
    const why = await whatIsInTheWay(supervisor, enquiry, ids);
    return why === null || !agents[0] ? null : { agent: agents[0], offer: null, inItsWay: why };
  });
  const shown = await supervisor.get<EnquiryAnswer>(`/v1/enquiries/${enquiry}`);
  const named = `Enquiry #${shown.number} has the tags ${shown.tags.join(', ') || '(none)'}`;
  const who = agent.who.id;
  if (offer) {
    say(`${named} and rings at ${who}`);
    await agent.api.post(`/v1/offers/${offer.id}/accept`);
    say(`${who} accepted`);
    return agent;
  }
  story.inItsWay.push(`it did not ring, ${inItsWay}`);
  say(`${named} and does not ring: ${inItsWay}`);
  await supervisor.post(`/v1/enquiries/${enquiry}/assign`, { agent: who });
  say(`The supervisor gave it to ${who}, over the capacity; the other enquiries stay where they are`);
  return agent;
}

/** A mail of the demo in the sink; one that is held there is let go. */
async function received(
  story: Story,
  enquiry: string,
  wanted: { automatic: boolean; not: string[] },
): Promise<SinkMail> {
  const { runtime, supervisor, customer, say } = story;
  const inVain = async (): Promise<void> => {
    if ((await letOwnMailGo(supervisor, enquiry)) === 0) return;
    story.inItsWay.push('a mail of it was held');
    say('A mail of it was held, as all automatic mail of the channel is; the supervisor let it go');
  };
  return awaitMail(runtime.sink, customer, wanted, { limitMs: LIMIT_MS, inVain });
}

async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error(`Waited ${LIMIT_MS / 1000} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function recordOf(
  story: Story,
  known: {
    entry: LedgerPage['items'][number];
    closed: EnquiryAnswer;
    mails: Record<string, SinkMail>;
    agent: string;
  },
): object {
  const { entry, closed, mails, agent } = known;
  return {
    enquiry: { id: closed.id, number: closed.number, agent },
    workflow: { id: closed.run?.workflowId, runId: closed.run?.runId, url: closed.run?.url },
    ledger: [entry.id],
    customer: story.customer,
    inItsWay: story.inItsWay,
    sent: [story.messageId],
    received: Object.entries(mails).map(([what, mail]) => ({
      what,
      messageId: mail.messageId,
      subject: mail.subject,
      file: mail.file,
    })),
  };
}
