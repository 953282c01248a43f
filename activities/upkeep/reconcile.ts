import type { Ports } from '../ports';

/**
 * Makes Temporal and the store agree again after a loss: open enquiries that no run serves are started (a wrong guess
 * does nothing), slots of closed enquiries are released, missing watchers and senders are started. How much was moved.
 */
export async function reconcile(ports: Ports): Promise<number> {
  return (await startLostRuns(ports)) + (await releaseSlots(ports)) + (await startLongWorkflows(ports).then(() => 0));
}

async function startLostRuns({ store, workflows, now, settings }: Ports): Promise<number> {
  const before = new Date(now().getTime() - settings.reconcileAfterMs);
  let started = 0;
  for (const enquiry of await store.enquiries.unchangedSince(before)) {
    if (await workflows.isRunning(enquiry._id)) {
      await store.enquiries.open.lookedAt(enquiry._id, now());
      continue;
    }
    await workflows.startEnquiry(enquiry._id);
    started += 1;
  }
  return started;
}

/** A closed enquiry may be about to open: a slot that was taken a moment ago, or is taken meanwhile, is left alone. */
async function releaseSlots({ store, now, settings }: Ports): Promise<number> {
  const before = new Date(now().getTime() - settings.reconcileAfterMs);
  let released = 0;
  for (const { _id: agent, slots } of await store.agents.list()) {
    const held = new Map(Object.entries(slots).filter(([, { since }]) => since < before));
    if (held.size === 0) continue;
    for (const enquiry of await store.enquiries.closedAmong([...held.keys()])) {
      const since = held.get(enquiry)?.since;
      if (since && (await store.agents.releaseTakenAt(agent, enquiry, since, now()))) released += 1;
    }
  }
  return released;
}

/** Starts the senders, watchers and tellers there are; one that runs is left alone. */
export async function startLongWorkflows({ store, workflows }: Pick<Ports, 'store' | 'workflows'>): Promise<void> {
  for (const channel of await store.channels.list()) await workflows.startDelivery(channel._id);
  for (const login of await store.mailLogins.list()) if (login.enabled) await workflows.startMailbox(login._id);
  for (const { _id, enabled } of await store.eventWebhooks.list()) if (enabled) await workflows.startEventWebhook(_id);
}
