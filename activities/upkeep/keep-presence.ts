import type { Ports } from '../ports';
import { wakeLinesOf } from '../routing/wake-lines';
import { passOn } from './pass-on';

/** Puts changes of presence into the history. How many of them waited for the clock is no sign of anything: 0. */
export async function keepHistory({ store }: Ports): Promise<number> {
  for (const { _id, presenceChanges = [] } of await store.agents.changesToTell()) {
    await store.presenceHistory.keep(_id, presenceChanges);
    await store.agents.changesTold(_id, presenceChanges);
  }
  return 0;
}

/** Ends wrap-ups whose time is over; how many. */
export async function endWrapUps(ports: Ports): Promise<number> {
  const { store, now } = ports;
  let ended = 0;
  for (const { agent, enquiry } of await store.agents.overdueWrapUps(now())) {
    if (!(await store.agents.endWrapUp(agent, enquiry))) continue;
    ended += 1;
    store.hints.tell({ about: 'presence', agent });
    await wakeLinesOf(ports, agent);
  }
  return ended;
}

/** Begins and ends planned absences: what rings at who is absent goes on, what awaits him goes to his cover. How many. */
export async function keepAbsences(ports: Ports): Promise<number> {
  const { store, workflows, now } = ports;
  const begun = await store.agents.begunAbsences(now());
  for (const { agent, absence } of begun) {
    await passOn(ports, agent, 'absent');
    if (!absence.cover) continue;
    const handOver = { to: absence.cover, keeps: true as const };
    for (const enquiry of Object.keys(agent.slots)) {
      await workflows.agentGone(enquiry, { agent: agent._id, cause: 'absent', handOver });
    }
  }
  const ended = await store.agents.endedAbsences(now());
  for (const { _id: agent } of ended) {
    store.hints.tell({ about: 'presence', agent });
    await wakeLinesOf(ports, agent);
  }
  return begun.length + ended.length;
}

/** What awaits agents who have been offline for too long goes back to its group; how many enquiries. */
export async function handBack({ store, workflows, settings, now }: Ports): Promise<number> {
  if (settings.handBackAfterMs === 0) return 0;
  let back = 0;
  for (const agent of await store.agents.offlineSince(new Date(now().getTime() - settings.handBackAfterMs))) {
    for (const enquiry of Object.keys(agent.slots)) {
      const gone = { agent: agent._id, cause: `offline for ${Math.round(settings.handBackAfterMs / 60_000)} minutes` };
      await workflows.agentGone(enquiry, { ...gone, handOver: { to: null } });
      back += 1;
    }
  }
  return back;
}
