/** What an operator sees in Temporal, and what must never be seen there. */
import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Colleague } from './colleague';
import { messagesOf } from './desk-work';
import { historyText } from './history';
import type { Product } from './product';

/** Runs something with a client of the product's Temporal. */
export async function withTemporal<T>(product: Product, use: (client: Client) => Promise<T>): Promise<T> {
  const { address, namespace } = product.runtime.temporal;
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** Histories of all runs of the product, by workflow and run id. */
export async function allHistories(client: Client): Promise<Map<string, History>> {
  const histories = new Map<string, History>();
  for await (const { workflowId, runId } of client.workflow.list()) {
    histories.set(`${workflowId} ${runId}`, await client.workflow.getHandle(workflowId, runId).fetchHistory());
  }
  return histories;
}

/** Summaries that the Temporal UI shows beside the events of a history. */
export function summariesOf(history: History): string[] {
  const summaries = (history.events ?? []).map((event) => event.userMetadata?.summary);
  return summaries.flatMap((each) => (each ? [defaultPayloadConverter.fromPayload<string>(each)] : []));
}

/** What the Temporal UI shows of all runs beside their histories: memos, search attributes, summaries, current details. */
export async function shownOfRuns(client: Client): Promise<Map<string, string>> {
  const shown = new Map<string, string>();
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { memo, typedSearchAttributes, ...run } = await handle.describe();
    // A run whose worker has forgotten it is read anew; one of a former release may not answer.
    const details = await handle.query<unknown>('__temporal_workflow_metadata').catch(() => null);
    const summary = [await run.staticSummary(), await run.staticDetails()];
    shown.set(`${workflowId} ${runId}`, JSON.stringify([memo, typedSearchAttributes.getAll(), summary, details]));
  }
  return shown;
}

interface Contacts {
  items: { addresses: string[]; firstName: string; lastName: string; enquiries: string[] }[];
}

/** Every sentence, subject, address and name of the mails and notes that `who` can see: none may enter a history. */
async function personalTexts(who: Colleague): Promise<Set<string>> {
  const { items: contacts } = await who.get<Contacts>('/v1/contacts?limit=200');
  const enquiries = [...new Set(contacts.flatMap((each) => each.enquiries))];
  const messages = (await Promise.all(enquiries.map((each) => messagesOf(who, each)))).flat();
  const texts = [
    ...contacts.flatMap(({ addresses, firstName, lastName }) => [...addresses, firstName, lastName]),
    ...messages.flatMap(({ subject, newText, messageId }) => [subject, messageId ?? '', ...newText.split('\n')]),
  ];
  // Shorter ones ("Hello,", "Ann") are words that may stand anywhere.
  return new Set(texts.map((each) => each.trim()).filter((each) => each.length >= 8));
}

/** Fails with the history and the text when something personal entered a history; says how much was compared. */
export async function expectNothingPersonal(product: Product, who: Colleague, more: readonly string[] = []) {
  const texts = [...(await personalTexts(who)), ...more];
  const histories = await withTemporal(product, allHistories);
  const leaks = [...histories].flatMap(([run, history]) => {
    const told = historyText(history);
    return texts.filter((text) => told.includes(text)).map((text) => `${run}: ${text}`);
  });
  expect(leaks).toEqual([]);
  return { texts: texts.length, histories: histories.size };
}
