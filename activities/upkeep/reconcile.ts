import type { Ports } from '../ports';

/**
 * Makes Temporal and the store agree again after a loss: open enquiries that no run serves are started (a wrong guess
 * does nothing), slots of closed enquiries are released, missing watchers and senders are started. How much was moved.
 */
export async function reconcile(ports: Ports): Promise<number> {
  return (await startLostRuns(ports)) + (await releaseSlots(ports)) + (await startLongWorkflows(ports));
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

async function releaseSlots({ store }: Ports): Promise<number> {
  let released = 0;
  for (const agent of await store.agents.list()) {
    const held = Object.keys(agent.slots);
    if (held.length === 0) continue;
    for (const enquiry of await store.enquiries.closedAmong(held)) {
      if (await store.agents.release(agent._id, enquiry)) released += 1;
    }
  }
  return released;
}

async function startLongWorkflows({ store, workflows }: Ports): Promise<number> {
  for (const channel of await store.channels.list()) await workflows.startDelivery(channel._id);
  for (const login of await store.mailLogins.list()) if (login.enabled) await workflows.startMailbox(login._id);
  return 0;
}
