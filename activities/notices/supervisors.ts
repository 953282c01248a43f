import type { Ports } from '../ports';

/** Ids of those who look after an agent: supervisors of his groups, else the admins. */
export async function supervisorsOfAgent({ store }: Pick<Ports, 'store'>, agent: string): Promise<string[]> {
  const groups = (await store.groups.ofAgent(agent)).map(({ _id }) => _id);
  const each = await Promise.all((groups.length > 0 ? groups : [null]).map((group) => supervisorsOf({ store }, group)));
  return [...new Set(each.flat())];
}

/** Ids of those who look after a group; where nobody does, or there is no group, the admins. */
export async function supervisorsOf({ store }: Pick<Ports, 'store'>, group: string | null): Promise<string[]> {
  const users = (await store.users.list()).filter(({ disabled }) => !disabled);
  const inGroup = group === null ? [] : ((await store.groups.get(group))?.agents ?? []);
  const supervisors = users.filter(
    ({ _id, role, groups }) =>
      role === 'supervisor' && group !== null && (groups.includes(group) || inGroup.includes(_id)),
  );
  const told = supervisors.length > 0 ? supervisors : users.filter(({ role }) => role === 'admin');
  return told.map(({ _id }) => _id);
}
