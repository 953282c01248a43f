import { keepTaskQueues } from '../../cli/start/keep-task-queues';
import { freshStore } from '../support/fresh-store';

test('a start with other task queues than the first is refused, and says which setting to set to what', async () => {
  const store = await freshStore();
  const first = { taskQueue: 'ringpost', mailTaskQueue: 'ringpost-mail' };
  try {
    await keepTaskQueues(store, first);
    await keepTaskQueues(store, first);
    const other = keepTaskQueues(store, { ...first, taskQueue: 'desk' });
    await expect(other).rejects.toThrow(
      'RINGPOST_TASK_QUEUE is "desk", but the runs of this installation are on "ringpost"',
    );
    const mail = keepTaskQueues(store, { ...first, mailTaskQueue: 'desk' });
    await expect(mail).rejects.toMatchObject({
      name: 'OtherTaskQueue',
      message: expect.stringMatching(/^RINGPOST_MAIL_TASK_QUEUE .* Set it to "ringpost-mail"\.\n/),
    });
    await keepTaskQueues(store, first);
  } finally {
    await store.close();
  }
});
