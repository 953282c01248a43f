import type { RecordedRun } from '../flows';
import type { StoredRun } from '../store/recorded-runs';
import { publishedFlow } from './called-flows';
import type { ApiPorts } from './ports';

/** A run as the store tells it, on the revision it ran on. */
export interface KnownRun {
  run: RecordedRun;
  stored: StoredRun;
}

/** Reads a run so that it can be played again; null when its first mail or its revision is not kept. */
export async function knownRun({ store }: Pick<ApiPorts, 'store'>, enquiry: string): Promise<KnownRun | null> {
  const stored = await store.recordedRuns.get(enquiry);
  if (!stored) return null;
  const { id, revision, settings } = stored.enquiry.flow;
  const flow = await publishedFlow({ store }, { id, revision });
  if (!flow) return null;
  return {
    stored,
    run: {
      flow,
      settings,
      enquiry,
      channel: stored.enquiry.channel,
      at: stored.story[0]?.at ?? stored.enquiry.openedAt.getTime(),
      message: stored.message,
      facts: stored.facts,
      calendars: await store.calendars.named(),
      story: stored.story,
      personal: stored.personal,
    },
  };
}
