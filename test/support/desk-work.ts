/** What people of the desk do and look at, in the words of the API. */
import type { Answer, Colleague, Problem } from './colleague';
import { found } from './found';

const LIMIT_MS = 60_000;

/** A ledger entry, as far as scenarios look at it. */
export interface LedgerEntry {
  id: string;
  channel: string;
  offers: number;
  verdict: string | null;
  reason: string | null;
  kind: string | null;
  enquiry: string | null;
  message: string | null;
}

/** An enquiry, as far as scenarios look at it. */
export interface EnquiryPage {
  id: string;
  number: number;
  channel: string;
  contact: string | null;
  status: string;
  awaiting: string;
  assignee: string | null;
  group: string | null;
  tags: string[];
  links: string[];
  disposition: string | null;
  ending: string | null;
  node: string | null;
  flow: { id: string; revision: number };
  awaited: { what: string; until: string | null } | null;
  offer: { id: string; agents: string[]; broadcast: boolean; since: string; until: string } | null;
  run: { workflowId: string; runId: string } | null;
}

/** A mail or note of an enquiry. */
export interface MessagePage {
  id: string;
  direction: 'in' | 'out' | 'note';
  subject: string;
  text: string;
  newText: string;
  author: string | null;
  writtenBy: { kind: string; id: string; draftedBy: string | null } | null;
  automatic: boolean;
  messageId: string | null;
  inReplyTo: string[];
  delivery: { state: string; answer: string | null } | null;
  outbox: string | null;
}

/** What rings at an agent. */
export interface Offer {
  id: string;
  enquiry: string;
  broadcast: boolean;
  since: string;
  until: string;
}

interface Items<T> {
  items: T[];
}

/** Entries of the ledger for a Message-ID. */
export async function entriesOf(who: Colleague, messageId: string): Promise<LedgerEntry[]> {
  return (await who.get<Items<LedgerEntry>>(`/v1/ledger?messageId=${encodeURIComponent(messageId)}`)).items;
}

/** Waits for the verdict on a mail. */
export async function verdictOn(who: Colleague, mail: { messageId: string }): Promise<LedgerEntry> {
  const settled = async (): Promise<LedgerEntry | null> =>
    (await entriesOf(who, mail.messageId)).find((each) => each.verdict !== null) ?? null;
  return found(`the verdict on ${mail.messageId}`, settled, LIMIT_MS);
}

/** Waits until an enquiry is what is asked for. */
export async function enquiryWhen(
  who: Colleague,
  id: string,
  what: string,
  fits: (enquiry: EnquiryPage) => boolean,
): Promise<EnquiryPage> {
  const look = async (): Promise<EnquiryPage | null> => {
    const page = await who.get<EnquiryPage>(`/v1/enquiries/${id}`);
    return fits(page) ? page : null;
  };
  return found(`enquiry ${id} to be ${what}`, look, LIMIT_MS).catch(async (failure: unknown) => {
    const page = JSON.stringify(await who.get(`/v1/enquiries/${id}`));
    const agents = JSON.stringify(await who.get('/v1/agents'));
    throw new Error(`${String(failure)} It is ${page}; agents ${agents}; ${await told(who, id)}`);
  });
}

/** The enquiry a mail came to, once it has the status. */
export async function enquiryOf(who: Colleague, mail: { messageId: string }, status?: string): Promise<EnquiryPage> {
  const { enquiry, verdict, reason } = await verdictOn(who, mail);
  if (enquiry === null) throw new Error(`The mail came to no enquiry: ${verdict}, ${reason}.`);
  return enquiryWhen(who, enquiry, status ?? 'there', (page) => status === undefined || page.status === status);
}

/** What rings at an agent now. */
export async function offersOf(agent: Colleague): Promise<Offer[]> {
  return (await agent.get<Items<Offer>>('/v1/offers')).items;
}

/** Waits until an enquiry rings at this agent. */
export async function ringAt(agent: Colleague, enquiry: string): Promise<Offer> {
  const look = async (): Promise<Offer | null> =>
    (await offersOf(agent)).find((each) => each.enquiry === enquiry) ?? null;
  return found(`${enquiry} to ring at ${agent.id}`, look, LIMIT_MS);
}

/** Waits until an enquiry rings at one of these agents. */
export async function ringAtOneOf(agents: readonly Colleague[], enquiry: string) {
  const look = async (): Promise<{ agent: Colleague; offer: Offer } | null> => {
    for (const agent of agents) {
      const offer = (await offersOf(agent)).find((each) => each.enquiry === enquiry);
      if (offer) return { agent, offer };
    }
    return null;
  };
  return found(`${enquiry} to ring at ${agents.map((each) => each.id).join(' or ')}`, look, LIMIT_MS);
}

/** Accepts an offer. */
export const accept = (agent: Colleague, offer: Offer): Promise<Answer<Problem>> =>
  agent.ask('POST', `/v1/offers/${offer.id}/accept`, {});

/** Accepts what rings; the enquiry is the agent's then. */
export async function acceptRing(agent: Colleague, enquiry: string): Promise<void> {
  await agent.post(`/v1/offers/${(await ringAt(agent, enquiry)).id}/accept`);
}

/** Lets whoever of these agents an enquiry rings at accept it; gives him. */
export async function acceptAtOneOf(agents: readonly Colleague[], enquiry: string): Promise<Colleague> {
  const { agent, offer } = await ringAtOneOf(agents, enquiry);
  await agent.post(`/v1/offers/${offer.id}/accept`);
  return agent;
}

/** Says whether an agent takes enquiries. */
export async function says(agent: Colleague, word: 'available' | 'busy' | 'away' | 'offline'): Promise<void> {
  await agent.put('/v1/presence', { word });
}

/** Answers the contact; gives the outbox id. */
export async function reply(agent: Colleague, enquiry: string, text: string, key?: string): Promise<string> {
  const done = await agent.post<{ detail: { outbox: string } }>(`/v1/enquiries/${enquiry}/replies`, { text }, key);
  return done.detail.outbox;
}

/** Closes an enquiry. */
export async function close(agent: Colleague, enquiry: string, how: object = { notify: false }): Promise<void> {
  await agent.post(`/v1/enquiries/${enquiry}/close`, how);
}

/** Mails and notes of an enquiry, oldest first. */
export async function messagesOf(who: Colleague, enquiry: string): Promise<MessagePage[]> {
  return (await who.get<Items<MessagePage>>(`/v1/enquiries/${enquiry}/messages`)).items;
}

/** Final states of a mail that left: it is there, or a person is asked. */
const DONE = ['sent', 'uncertain'];

/** Waits until all mails of an enquiry that fit have left: each is sent, or uncertain. */
export async function mailsThatLeft(
  who: Colleague,
  enquiry: string,
  fits: (message: MessagePage) => boolean,
): Promise<MessagePage[]> {
  const look = async (): Promise<MessagePage[] | null> => {
    const mails = (await messagesOf(who, enquiry)).filter((each) => each.direction === 'out' && fits(each));
    return mails.length > 0 && mails.every((each) => DONE.includes(each.delivery?.state ?? '')) ? mails : null;
  };
  return found(`the mails of ${enquiry} to have left`, look, 90_000).catch(async (failure: unknown) => {
    throw new Error(`${String(failure)} There are ${JSON.stringify(await messagesOf(who, enquiry))}.`);
  });
}

/** The story of an enquiry, as sentences in one text. */
export async function told(who: Colleague, enquiry: string): Promise<string> {
  const { items } = await who.get<Items<{ sentence: string }>>(`/v1/enquiries/${enquiry}/timeline`);
  return items.map((each) => each.sentence).join('\n');
}
