import { Connection, Client } from '@temporalio/client';
import { signIn } from '../cli/api-client';
import { rounded, type BenchSize, type Figure } from './figure';
import { sendMany } from './load';
import type { Subject } from './subject';

interface Enquiry {
  id: string;
  status: string;
  run: { workflowId: string } | null;
}

/** Events and bytes of a full enquiry: in, tags, auto-reply, ring, accept, reply, close with notice. */
export async function oneEnquiry(subject: Subject, _size: BenchSize): Promise<Figure[]> {
  const { runtime } = subject;
  const run = `one${Date.now()}`;
  await sendMany({ port: runtime.smtp.port, mails: 1, connections: 1, to: 'support@localhost', run });
  const supervisor = await signIn(
    runtime.api,
    runtime.demo?.signIns.find((each) => each.role === 'supervisor') as never,
  );
  const page = await supervisor.get<{ items: { enquiry: string }[] }>(
    `/v1/ledger?messageId=${encodeURIComponent(`<${run}-0@customers.example>`)}`,
  );
  const id = page.items[0]?.enquiry ?? '';
  for (const each of subject.agents) {
    const api = await signIn(runtime.api, each);
    const { items } = await waitFor(() => api.get<{ items: { id: string; enquiry: string }[] }>('/v1/offers'), 200);
    const offer = items.find((one) => one.enquiry === id);
    if (!offer) continue;
    await api.post(`/v1/offers/${encodeURIComponent(offer.id)}/accept`);
    await api.post(`/v1/enquiries/${id}/replies`, { text: 'It is on its way.' });
    await api.post(`/v1/enquiries/${id}/close`, { notify: true });
  }
  const enquiry = await supervisor.get<Enquiry>(`/v1/enquiries/${id}`);
  const connection = await Connection.connect({ address: runtime.temporal.address });
  const client = new Client({ connection, namespace: runtime.temporal.namespace });
  const handle = client.workflow.getHandle(enquiry.run?.workflowId ?? '');
  const history = await handle.fetchHistory();
  const description = await handle.describe();
  await connection.close();
  const [input] = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const { flow } = JSON.parse(Buffer.from(input?.data ?? []).toString() || '{}') as { flow?: object };
  const events = history.events?.length ?? 0;
  const bytes = (description.historySize ?? 0) - Buffer.byteLength(JSON.stringify(flow ?? ''));
  const common = { ceiling: null, ratio: null, samples: 1 };
  return [
    {
      figure: 'history of a full enquiry',
      goal: 'at most 45 events',
      measured: events,
      unit: 'events',
      holds: events <= 45 && enquiry.status === 'closed',
      ...common,
    },
    {
      figure: 'history of a full enquiry, without the flow',
      goal: 'at most 12 KiB',
      measured: rounded(bytes / 1024),
      unit: 'KiB',
      holds: bytes <= 12 * 1024,
      ...common,
    },
  ];
}

async function waitFor<T extends { items: unknown[] }>(ask: () => Promise<T>, limitMs: number): Promise<T> {
  const end = performance.now() + limitMs;
  let answer = await ask();
  while (answer.items.length === 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    answer = await ask();
  }
  return answer;
}
