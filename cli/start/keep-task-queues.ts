import type { Config } from '../../config';
import { settings } from '../../config/settings';
import type { Store } from '../../store';

/** The task queues are not those of earlier starts; the message names the setting and the queue. */
export class OtherTaskQueue extends Error {
  override readonly name = 'OtherTaskQueue';
}

/**
 * Remembers the task queues of the first start, and refuses others: runs stay on the queue they began on, so with another
 * one nobody would do the work of open enquiries, senders and watchers, and nothing would say so.
 *
 * @throws OtherTaskQueue
 */
export async function keepTaskQueues(
  { meta }: Pick<Store, 'meta'>,
  config: Pick<Config, 'taskQueue' | 'mailTaskQueue'>,
): Promise<void> {
  const problems: string[] = [];
  for (const key of ['taskQueue', 'mailTaskQueue'] as const) {
    const kept = await meta.textOnce(`setting-${key}`, config[key]);
    if (kept === config[key]) continue;
    const { name } = settings[key];
    problems.push(
      `${name} is "${config[key]}", but the runs of this installation are on "${kept}". Set it to "${kept}".`,
    );
  }
  if (problems.length === 0) return;
  throw new OtherTaskQueue(
    `${problems.join('\n')}\nNobody would do their work on another; it is chosen before the first start.`,
  );
}
