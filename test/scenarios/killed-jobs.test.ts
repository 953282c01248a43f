import { startDemoDesk, type DemoDesk } from '../support/demo-desk';
import { acceptAtOneOf, close } from '../support/desk-work';
import { found } from '../support/found';

jest.setTimeout(300_000);

interface Job {
  id: string;
  state: string;
  done: number;
  total: number | null;
  problem: string | null;
  result: { counts: Record<string, number> } | null;
}

const ROWS = 3000;

describe('jobs of a process that dies', () => {
  let desk: DemoDesk;
  beforeAll(async () => {
    desk = await startDemoDesk();
  });
  afterAll(() => desk?.product.remove());

  const jobOf = (id: string) => desk.admin.get<Job>(`/v1/jobs/${id}`);
  const ended = (id: string) =>
    found(
      `job ${id} to end`,
      async () => {
        const job = await jobOf(id);
        return ['running', 'interrupted'].includes(job.state) ? null : job;
      },
      120_000,
    );

  async function startImport(rows: number): Promise<{ list: string; job: Job }> {
    const lines = Array.from({ length: rows }, (_, row) => `row-${row}@list.example,Name ${row}`);
    const csv = `Email,Name\r\n${lines.join('\r\n')}\r\n`;
    const { id: list, mapping } = await desk.admin.upload<{ id: string; mapping: object }>(
      '/v1/contact-imports?name=list.csv',
      { text: csv, type: 'text/csv' },
    );
    return { list, job: await desk.admin.post<Job>(`/v1/contact-imports/${list}/save`, { mapping }) };
  }

  test('a list of contacts goes on by itself after kill -9, and every row is there once', async () => {
    const { job } = await startImport(ROWS);
    await found('a part of it to be saved', async () => ((await jobOf(job.id)).done >= 200 ? true : null));
    await desk.product.kill();
    await desk.product.start();
    const left = await jobOf(job.id);
    expect(left.done).toBeLessThan(ROWS);
    const done = await ended(job.id);
    expect(done).toMatchObject({ state: 'done', done: ROWS, problem: null });
    const { new: fresh = 0, changed = 0, same = 0 } = done.result?.counts ?? {};
    expect(fresh + changed + same).toBe(ROWS);
    // Only rows behind the last word of the process that died are looked at twice.
    expect(same + changed).toBeLessThanOrEqual(50);
    const { items } = await desk.admin.get<{ items: object[] }>(`/v1/contacts?address=row-${ROWS - 1}@list.example`);
    expect(items).toMatchObject([{ lastName: `Name ${ROWS - 1}` }]);
  });

  test('a list that was stopped is started anew by hand; one that is gone says so', async () => {
    const { list, job } = await startImport(ROWS);
    await desk.admin.ask('DELETE', `/v1/jobs/${job.id}`);
    expect((await ended(job.id)).state).toBe('cancelled');
    const again = await desk.admin.post<Job>(`/v1/jobs/${job.id}/retry`);
    expect(await ended(again.id)).toMatchObject({ state: 'done', result: { counts: { same: ROWS } } });
    const gone = await desk.admin.ask('POST', `/v1/jobs/${job.id}/retry`, {});
    expect(gone.body).toMatchObject({ code: 'wrong-state', detail: expect.stringContaining('upload it again') });
    expect((await desk.admin.ask('DELETE', `/v1/contact-imports/${list}`)).status).toBe(404);
  });

  test.each(['erasures.begin', 'erasing.blobs', 'erasing.messages', 'erasing.contacts'])(
    'a person whose erasing is cut off at %s is erased after the restart',
    async (point) => {
      const from = `${point.replace('.', '-')}@customers.example`;
      const { id } = await desk.write({ to: 'support@localhost', from });
      const agent = await acceptAtOneOf([desk.ann, desk.bob], id);
      await close(agent, id, { notify: false });
      const { contact } = await desk.statusOf(id, 'closed');
      await desk.product.kill();
      await desk.product.start({ RINGPOST_FAIL_AT: point });
      await desk.admin.ask('POST', `/v1/contacts/${contact ?? ''}/erase`, { reason: 'asked for' }).catch(() => null);
      await found(`the death at ${point}`, () => desk.product.ending(), 60_000);
      await desk.product.start();
      await found(
        'it to be done',
        async () => {
          const { items } = await desk.admin.get<{ items: { contact: string; doneAt: string | null }[] }>(
            '/v1/erasures',
          );
          return items.find((each) => each.contact === contact)?.doneAt ?? null;
        },
        120_000,
      );
      expect((await desk.admin.ask('GET', `/v1/contacts/${contact ?? ''}`)).status).toBe(404);
      const { items } = await desk.admin.get<{ items: object[] }>(`/v1/contacts?address=${from}`);
      expect(items).toEqual([]);
    },
  );
});
