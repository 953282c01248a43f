import type { Ports } from '../ports';

/** How long an agent writes up what he did with an enquiry of this group: his own time, else the group's, else none. */
async function wrapUpMsOf({ store }: Pick<Ports, 'store'>, agent: string, group: string | null): Promise<number> {
  const own = (await store.agents.get(agent))?.wrapUpMs;
  return own ?? (group === null ? null : (await store.groups.get(group))?.wrapUpMs) ?? 0;
}

/** Begins the wrap-up after an enquiry that ended for this agent then; false when he has none, or it is over already. */
export async function beginWrapUp(
  ports: Pick<Ports, 'store' | 'now'>,
  { agent, enquiryId, group, at }: { agent: string; enquiryId: string; group: string | null; at: number },
): Promise<boolean> {
  const until = new Date(at + (await wrapUpMsOf(ports, agent, group)));
  if (until <= ports.now()) return false;
  await ports.store.agents.beginWrapUp(agent, enquiryId, until);
  ports.store.hints.tell({ about: 'presence', agent });
  return true;
}
